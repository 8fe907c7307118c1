package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// Client is the other end of a socket, for tests and for the load generator. It is used by one reader and one writer.
type Client struct{ conn *websocket.Conn }

// Refused is the error of a Dial that was answered with anything but an upgrade.
type Refused struct{ Status int }

func (r *Refused) Error() string {
	return fmt.Sprintf("the server answered %d %s instead of opening a socket", r.Status, http.StatusText(r.Status))
}

// Dial opens a socket to a ws or wss url.
func Dial(ctx context.Context, url string, header http.Header) (*Client, error) {
	return DialOver(ctx, nil, url, header)
}

// Network makes a connection, as net.Dialer.DialContext does.
type Network func(ctx context.Context, network, address string) (net.Conn, error)

// DialOver opens a socket over a network of one's own, such as one in memory; nil is the machine's.
func DialOver(ctx context.Context, network Network, url string, header http.Header) (*Client, error) {
	dialer := websocket.Dialer{ReadBufferSize: readBuffer, WriteBufferSize: readBuffer, NetDialContext: network}
	conn, answer, err := dialer.DialContext(ctx, url, header)
	if errors.Is(err, websocket.ErrBadHandshake) {
		answer.Body.Close()
		return nil, &Refused{answer.StatusCode}
	}
	if err != nil {
		return nil, err
	}
	return &Client{conn}, nil
}

// Send sends one text frame.
func (c *Client) Send(frame []byte) error { return c.conn.WriteMessage(websocket.TextMessage, frame) }

// Receive waits for the next text frame. When ctx ends first, the client is of no more use.
func (c *Client) Receive(ctx context.Context) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Now()) })
	defer stop()
	_, data, err := c.conn.ReadMessage()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return data, err
}

// Close says goodbye with code and closes the connection.
func (c *Client) Close(code int, reason string) error {
	c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(goodbyeWait))
	return c.conn.Close()
}

// Cut closes the connection without a word, as a lost line does.
func (c *Client) Cut() error { return c.conn.NetConn().Close() }

// CloseCode is the code with which the server closed, or zero when err is something else.
func CloseCode(err error) int {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return closed.Code
	}
	return 0
}
