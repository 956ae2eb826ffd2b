"""Prints an access token: the smallest bot there is.

    CASTKEY_NAME=chat-bot CASTKEY_TEST_USER=12345 python3 print_token.py
"""

import os
import sys

from castkey import Castkey, CastkeyError

try:
    with Castkey(os.environ.get("CASTKEY_NAME") or "token-example") as castkey:
        token = castkey.token(user=os.environ.get("CASTKEY_TEST_USER", ""), scopes=["chat:read"])
except CastkeyError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
print(token.access_token)
