package admin

import (
	"context"
	"strings"

	"deskbell/internal/i18n"
)

// sign is a word of a browser's own description and what people call what it stands for.
type sign struct{ word, name string }

// browsers and systems come in the order in which they must be looked for: most say that they are others too.
var (
	browsers = []sign{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = []sign{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// device says with what somebody is signed in, such as "Firefox, Windows"; what it does not know it gives as it came.
func device(ctx context.Context, agent string) string {
	if agent == "" {
		return i18n.T(ctx, "admin.some_device")
	}
	var parts []string
	for _, all := range [][]sign{browsers, systems} {
		if name := first(all, agent); name != "" {
			parts = append(parts, name)
		}
	}
	if len(parts) == 0 {
		return agent
	}
	return strings.Join(parts, ", ")
}

func first(all []sign, agent string) string {
	for _, s := range all {
		if strings.Contains(agent, s.word) {
			return s.name
		}
	}
	return ""
}
