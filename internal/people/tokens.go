package people

import (
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Token is a program that acts as an agent. The token itself is shown once, when it is made.
type Token struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent"`
	Name    string    `json:"name"`
	Scope   Scope     `json:"scope"`
	Hash    string    `json:"hash"`
	Last4   string    `json:"last4"` // to tell it from others
	Created time.Time `json:"created"`
}

var tokens = store.NewTable("tokens", func(t *Token) store.Key { return store.K(t.ID) },
	store.Index[Token]{Name: "hash", Unique: true, Keys: func(t *Token) []store.Key { return []store.Key{store.K(t.Hash)} }},
	store.Index[Token]{Name: "agent", Keys: func(t *Token) []store.Key { return []store.Key{store.K(t.Agent)} }})

// TokenPrefix lets people and secret scanners see what has leaked.
const TokenPrefix = "dbt_"

// NewToken is what it takes to make one.
type NewToken struct {
	Agent, Name string
	Scope       Scope
}

// CreateToken makes a token with which a program acts as an agent, and gives it in clear for the only time. Nobody makes one
// for an agent above himself.
func CreateToken(tx *store.Tx, by Actor, n NewToken) (secret string, t *Token, err error) {
	a, err := reach(tx, by, n.Agent)
	if err != nil {
		return "", nil, err
	}
	if a.Disabled {
		return "", nil, fault.Field("agent", "people.disabled")
	}
	if n.Name, err = cleanName("name", n.Name); err != nil {
		return "", nil, err
	}
	if !slices.Contains(Scopes(), n.Scope) {
		return "", nil, fault.Field("scope", "fault.bad_value")
	}
	secret = TokenPrefix + store.NewRef()
	t = &Token{
		ID: tx.NewID(), Agent: a.ID, Name: n.Name, Scope: n.Scope,
		Hash: digest(secret), Last4: secret[len(secret)-4:], Created: tx.Now(),
	}
	if err := tokens.Put(tx, t); err != nil {
		return "", nil, err
	}
	return secret, t, tx.Tell("token.added", tokens.Name(), store.K(t.ID))
}

// TokenActor gives the agent as whom a token acts, with the rights of this moment and no farther than the token's scope.
func TokenActor(tx *store.Tx, secret string) (Actor, error) {
	if !strings.HasPrefix(secret, TokenPrefix) || len(secret) > 100 {
		return Actor{}, badToken()
	}
	t, err := tokens.By(tx, "hash", store.K(digest(secret)))
	if err != nil {
		return Actor{}, err
	}
	if t == nil {
		return Actor{}, badToken()
	}
	a, err := agents.Find(tx, store.K(t.Agent))
	if err != nil {
		return Actor{}, err
	}
	if a == nil || a.Disabled {
		return Actor{}, badToken()
	}
	actor := a.Actor()
	actor.Scope = t.Scope
	return actor, nil
}

func badToken() error { return fault.New(fault.Unauthorized, "people.token_unknown") }

// Tokens lists all of them, newest first.
func Tokens(tx *store.Tx, by Actor) ([]*Token, error) {
	if err := by.Must(ManageAgents, ""); err != nil {
		return nil, err
	}
	var all []*Token
	for t, err := range tokens.Scan(tx, "", store.Range{Back: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// RevokeToken ends one, which is named by its id, or by itself: whoever finds one that has leaked knows nothing else of it.
func RevokeToken(tx *store.Tx, by Actor, named string) error {
	if err := by.Must(ManageAgents, ""); err != nil {
		return err
	}
	t, err := tokenNamed(tx, named)
	if err != nil {
		return err
	}
	if t == nil {
		return fault.New(fault.NotFound, "people.token_gone")
	}
	if _, err := reach(tx, by, t.Agent); err != nil {
		return err
	}
	return t.end(tx)
}

// tokenNamed gives the token of an id, or of a secret; nil when there is none.
func tokenNamed(tx *store.Tx, named string) (*Token, error) {
	if strings.HasPrefix(named, TokenPrefix) {
		return tokens.By(tx, "hash", store.K(digest(named)))
	}
	return tokens.Find(tx, store.K(named))
}

func (t *Token) end(tx *store.Tx) error {
	if err := tokens.Delete(tx, store.K(t.ID)); err != nil {
		return err
	}
	tx.Ring(Topic)
	return tx.Tell("token.ended", tokens.Name(), store.K(t.ID))
}

func endTokens(tx *store.Tx, agent string) error {
	var his []*Token
	for t, err := range tokens.Scan(tx, "agent", store.Range{Prefix: store.K(agent)}) {
		if err != nil {
			return err
		}
		his = append(his, t)
	}
	for _, t := range his {
		if err := t.end(tx); err != nil {
			return err
		}
	}
	return nil
}
