package desk

import (
	"deskbell/internal/people"
	"deskbell/tickets"
)

// typing reads what the chat says about a visitor who types.
func typing(said any) (name, words string, on, ok bool) { return "", "", false, false }

// tellTyping lets the ticket's customer know that somebody writes to him.
func (d *Desk) tellTyping(id tickets.ID, me people.Actor, on bool) {}
