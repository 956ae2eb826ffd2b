package castkey

// Copied beside castkey.go for the test: what the driver needs and bots don't.

// Message is what ReadMessage makes of a line.
type Message struct {
	Kind  string
	ID    int64
	Err   *Error
	Event Event
}

// ReadMessage is readMessage.
func ReadMessage(line string) (Message, error) {
	found, err := readMessage(line)
	return Message{found.kind, found.id, found.err, found.event}, err
}

// Feed cuts chunks into lines.
func Feed(chunks [][]byte) ([]string, error) {
	var cut lines
	found := []string{}
	for _, chunk := range chunks {
		more, err := cut.feed(chunk)
		found = append(found, more...)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// What follows is what it says.
var (
	ProofOf     = proofOf
	Decode      = decode
	HashOf      = hashOf
	IntentName  = intentName
	SocketPath  = socketPath
	KeyFilePath = keyFilePath
	RunUser     = &runUser
)
