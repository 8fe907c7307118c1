package chat

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// The frames towards a visitor. T names the kind.
type (
	welcomeFrame struct {
		T       string       `json:"t"`
		Visitor string       `json:"visitor"` // the token to keep
		Session string       `json:"session,omitempty"`
		Ticket  string       `json:"ticket"`
		Epoch   string       `json:"epoch"`
		Seq     int          `json:"seq"` // of the last event that there is for him
		Online  bool         `json:"online"`
		Queue   int          `json:"queue"`
		Preview bool         `json:"preview"`
		Agent   string       `json:"agent,omitempty"`
		Over    bool         `json:"over,omitempty"` // we hold it for solved
		Read    int          `json:"read,omitempty"` // the last words of his that an agent has seen, while they wait
		Events  []eventFrame `json:"events"`
		Limits  struct {
			Text int `json:"text"`
		} `json:"limits"`
	}
	eventFrame struct {
		T           string           `json:"t"`
		Seq         int              `json:"seq"`
		Kind        string           `json:"kind"` // message, rated or ended
		From        people.ActorType `json:"from"`
		Name        string           `json:"name,omitempty"` // of an agent, as customers know him
		Text        string           `json:"text,omitempty"`
		HTML        string           `json:"html,omitempty"`
		At          time.Time        `json:"at"`
		Score       int              `json:"score,omitempty"`
		Attachments []attachment     `json:"attachments,omitempty"`
	}
	attachment struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Type string `json:"type"`
		Size int64  `json:"size"`
		URL  string `json:"url"` // signed; it expires
	}
	ackFrame struct {
		T           string       `json:"t"`
		ID          string       `json:"id"`
		Ticket      string       `json:"ticket"`
		Seq         int          `json:"seq"`
		At          time.Time    `json:"at"`
		Attachments []attachment `json:"attachments,omitempty"`
	}
	readFrame struct {
		T   string `json:"t"`
		Seq int    `json:"seq"` // as far as an agent has seen what he wrote
	}
	typingFrame struct {
		T    string `json:"t"`
		Name string `json:"name"`
		On   bool   `json:"on"`
	}
	presenceFrame struct {
		T      string `json:"t"`
		Online bool   `json:"online"`
		Queue  int    `json:"queue"`
		Agent  string `json:"agent,omitempty"`
		Over   bool   `json:"over,omitempty"` // we hold the conversation for solved
	}
	errorFrame struct {
		T          string `json:"t"`
		Code       string `json:"code"`
		Message    string `json:"message"`
		ID         string `json:"id,omitempty"`
		Field      string `json:"field,omitempty"` // that is to blame
		RetryAfter int    `json:"retry_after,omitempty"`
	}
)

// encode writes a frame. All of them are made of plain values: it cannot fail.
func encode(frame any) []byte {
	data, err := json.Marshal(frame)
	if err != nil {
		panic(err)
	}
	return data
}

// eventOf is an event as its visitor may see it. It carries no name but that of who answered him: the contact's own may be
// what an agent knows of him, or belong to somebody whose address he merely typed.
func (r *Room) eventOf(e tickets.Told) eventFrame {
	f := eventFrame{T: "event", Seq: e.N, Kind: "message", From: e.By.Type, At: e.At, Text: e.Said.Text}
	switch what := e.What.(type) {
	case tickets.Rated:
		f.Kind, f.Score = "rated", what.Score
	case tickets.Ended:
		f.Kind = "ended"
	}
	if e.By.Type != people.ByContact {
		f.Name = e.Name
		f.HTML = text.Markdown(e.Said.Text, text.UGC|text.Breaks|text.NewTab)
	}
	f.Attachments = r.attachments(e.Said.Files)
	return f
}

func (r *Room) attachments(came []tickets.File) (list []attachment) {
	for _, file := range came {
		list = append(list, attachment{file.ID, file.Name, file.Type, file.Size, r.FileURL(file.ID, file.Name)})
	}
	return list
}

// Codes of error frames.
const (
	codeTooLong     = "too_long"
	codeRateLimited = "rate_limited"
	codeBadFrame    = "bad_frame"
	codeUnknownKind = "unknown_kind"
	codeForbidden   = "forbidden"
	codeAuthExpired = "auth_expired"
	codeIDReused    = "id_reused"
	codeStorageFull = "storage_full"
	codeInternal    = "internal"
)

// Clients may try again after these times.
const (
	retryFull     = 30 * time.Second
	retryInternal = 5 * time.Second
)

// refusal makes an error frame of a fault, in the visitor's language.
func (r *Room) refusal(lang, id string, err error) []byte {
	var f *fault.Error
	if !errors.As(err, &f) {
		f = &fault.Error{Kind: fault.Internal, Err: err}
	}
	frame := errorFrame{T: "error", ID: id, Field: f.At, RetryAfter: seconds(f.RetryAfter)}
	say := f.Say
	switch f.Kind {
	case fault.TooLarge:
		frame.Code = codeTooLong
	case fault.Throttled:
		frame.Code = codeRateLimited
	case fault.Full, fault.Unavailable:
		frame.Code, frame.RetryAfter, say = codeStorageFull, seconds(retryFull), "chat.storage_full"
	case fault.Conflict:
		frame.Code = codeIDReused
	case fault.Unauthorized:
		frame.Code = codeAuthExpired
	case fault.Forbidden, fault.NotFound:
		frame.Code = codeForbidden
	case fault.Internal:
		r.Log.Error("a visitor's frame failed", "err", err)
		frame.Code, frame.RetryAfter, say = codeInternal, seconds(retryInternal), "chat.our_mistake"
	default:
		frame.Code = codeBadFrame
		if say == "chat.unknown_kind" {
			frame.Code = codeUnknownKind
		}
	}
	frame.Message = i18n.Say(i18n.With(context.Background(), lang), say, f.Values)
	return encode(frame)
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// languageOf chooses the language in which a visitor is spoken to.
func languageOf(prefer ...string) string {
	return i18n.Match("", slices.DeleteFunc(prefer, func(s string) bool { return strings.TrimSpace(s) == "" })...)
}
