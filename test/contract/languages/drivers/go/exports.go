package castkey

import (
	"bufio"
	"io"
)

// Copied beside castkey.go for the test: what the driver needs and bots don't.

// Message is what ReadMessage makes of a line.
type Message struct {
	Kind  string
	ID    int64
	Err   *Error
	Event Event
	More  bool // of a state: it goes on in the next one
}

// ReadMessage tells what a line means: a result, an error (ID -1: of the connection), an event, or one to ignore.
func ReadMessage(line string) (Message, error) {
	heard, err := readMessage([]byte(line))
	found := Message{Kind: "result", ID: -1}
	if heard.ID != nil {
		found.ID = *heard.ID
	}
	switch {
	case err != nil:
	case heard.Method != nil && *heard.Method == "event":
		if found.Event, err = readEvent(heard.Params); found.Event.Type == "" {
			found.Kind = "ignore"
		} else {
			found.Kind, found.More = "event", found.Event.more
		}
	case heard.Method != nil:
		found.Kind = "ignore"
	case heard.Error != nil:
		found.Kind, found.Err = "error", heard.refusal()
	}
	return found, err
}

// chunkReader gives one chunk at a time.
type chunkReader struct{ chunks [][]byte }

func (c *chunkReader) Read(into []byte) (int, error) {
	if len(c.chunks) == 0 {
		return 0, io.EOF
	}
	count := copy(into, c.chunks[0])
	if c.chunks[0] = c.chunks[0][count:]; len(c.chunks[0]) == 0 {
		c.chunks = c.chunks[1:]
	}
	return count, nil
}

// Feed cuts chunks into lines, and tells how the stream ends; empty: it doesn't.
func Feed(chunks [][]byte) (lines []string, ends string) {
	reader := bufio.NewReaderSize(&chunkReader{chunks}, lineBytes)
	lines = []string{}
	for {
		line, err := readLine(reader)
		switch err {
		case nil:
			lines = append(lines, string(line[:len(line)-1]))
		case errTooLarge:
			return lines, "too-large"
		case errNotUTF8:
			return lines, "not-utf8"
		default:
			return lines, ""
		}
	}
}

// ProofOf takes the key in base64url.
func ProofOf(prover, key, clientNonce, serverNonce string) string {
	return pairingKey{Key: key}.proof(prover, clientNonce, serverNonce)
}

// What follows is what it says.
var (
	Decode      = decode
	HashOf      = hashOf
	IntentName  = intentName
	SocketPath  = socketPath
	KeyFilePath = keyFilePath
	RunUser     = &runUser
)
