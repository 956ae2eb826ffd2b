// Prints an access token: the smallest bot there is.
//
//     mcs -r:System.Core -out:PrintToken.exe PrintToken.cs Castkey.cs CastkeyMore.cs
//     CASTKEY_NAME=chat-bot CASTKEY_TEST_USER=12345 mono PrintToken.exe
using System;
using CastkeyClient;

public static class PrintToken
{
    public static int Main()
    {
        string name = Environment.GetEnvironmentVariable("CASTKEY_NAME");
        try
        {
            using (var castkey = new Castkey(string.IsNullOrEmpty(name) ? "token-example" : name))
            {
                string user = Environment.GetEnvironmentVariable("CASTKEY_TEST_USER") ?? "";
                Console.WriteLine(castkey.Token(user: user, scopes: new[] { "chat:read" }).AccessToken);
                return 0;
            }
        }
        catch (CastkeyException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
