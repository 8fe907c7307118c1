// Package live is how the house tells and how it is told at once: the bell, and the pumps of one socket.
//
// The bell says that there is more to read, and nothing else; who hears it reads on from his own cursor, so a missed ring loses
// nothing. Only what may be lost (typing, presence) travels on the bell with content.
//
// A Socket is one websocket of version 13 (RFC 6455), text frames only, without compression. It has one reader, which starts
// when the upgrade's handler is done with the request, and at most one writer, which starts when there is something to write
// and ends when it is written: an idle socket costs one parked goroutine and a small buffer. What is said on it is the business
// of its Talk; this package knows no protocol, no ticket and no store, and it alone imports gorilla/websocket.
//
// It never drops a frame for a slow peer. Direct answers wait in a short queue that holds the reader back; everything else is
// asked of the Talk only when there is room for it on the line; a peer that does not take a frame within the write deadline is
// disconnected, comes again, and reads on.
package live
