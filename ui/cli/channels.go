package cli

import (
	"deskbell/chat"
	"deskbell/forum"
	"deskbell/tickets/channels"
	"deskbell/ui/house"
)

// doors are the ways into the house and out of it, in the order in which a contact is looked for.
func doors(h *house.House) []channels.Channel {
	return []channels.Channel{
		chat.Door{Room: h.Chat},
		forum.Door{Mail: h.Mail},
		h.Mail,
	}
}
