package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

func typed(email string) people.Identity {
	return people.Identity{Kind: people.KindEmail, Value: email}
}

func proved(email string) people.Identity {
	return people.Identity{Kind: people.KindEmail, Value: email, Verified: true}
}

func browser(id string) people.Identity {
	return people.Identity{Kind: people.KindVisitor, Value: id, Verified: true}
}

func (h *house) recognise(by ...people.Identity) *people.Contact {
	h.Helper()
	var c *people.Contact
	h.Do(func(tx *store.Tx) (err error) {
		c, err = people.Recognise(tx, by, people.Profile{})
		return err
	})
	return c
}

func TestRecognise(t *testing.T) {
	const zoe = "zoe@example.com"
	type by = []people.Identity
	for name, c := range map[string]struct {
		first, then by
		same        bool
		verified    string // the verified identities of who was recognised the second time
	}{
		"nobody knows either":                            {by{typed("max@example.com")}, by{typed(zoe)}, false, ""},
		"the same address again":                         {by{typed(zoe)}, by{typed(zoe)}, true, ""},
		"the same in other letters":                      {by{typed(zoe)}, by{typed(" ZOE@example.com ")}, true, ""},
		"the same browser":                               {by{browser("1")}, by{browser("1")}, true, "visitor:1"},
		"a browser where her address is typed":           {by{proved(zoe)}, by{browser("1"), typed(zoe)}, true, "email:" + zoe},
		"a browser that knows her types another address": {by{browser("1"), typed(zoe)}, by{browser("1"), typed("max@example.com")}, true, "visitor:1"},
		"she proves what she typed":                      {by{browser("1"), typed(zoe)}, by{proved(zoe)}, true, "visitor:1 email:" + zoe},
		"a browser is not what is typed in it":           {by{browser(zoe)}, by{typed(zoe)}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			first := h.recognise(c.first...)
			then := h.recognise(c.then...)
			if (first.ID == then.ID) != c.same {
				t.Errorf("the same contact: %v", first.ID == then.ID)
			}
			var verified []string
			for _, i := range then.Identities {
				if i.Verified {
					verified = append(verified, string(i.Kind)+":"+i.Value)
				}
			}
			if got := strings.Join(verified, " "); got != c.verified {
				t.Errorf("verified: %q, want %q", got, c.verified)
			}
		})
	}
}

// A stranger who types her address is put beside her for agents; nothing of hers becomes his, and he stays unverified
// however often his browser comes back.
func TestATypedAddressProvesNothing(t *testing.T) {
	h := open(t)
	zoe := h.recognise(proved("zoe@example.com"))
	for range 3 {
		h.Clock.Add(2 * time.Hour)
		c := h.recognise(browser("stranger"), typed("zoe@example.com"))
		if c.ID != zoe.ID || c.Proved(people.KindVisitor, "stranger") {
			t.Errorf("recognised as %+v", c)
		}
	}
	h.Do(func(tx *store.Tx) error {
		c, err := people.Recognise(tx, []people.Identity{typed("zoe@example.com")}, people.Profile{Name: "Mallory", Language: "xx"})
		if err == nil && c.Name != "Mallory" { // there was no name
			t.Errorf("called %q", c.Name)
		}
		if err != nil {
			return err
		}
		c, err = people.Recognise(tx, []people.Identity{typed("zoe@example.com")}, people.Profile{Name: "Eve", Language: "yy"})
		if err == nil && (c.Name != "Mallory" || c.Language != "xx") {
			t.Errorf("a typed address changed the profile: %+v", c)
		}
		return err
	})
}

// Two contacts with one address stay two, and agents see both.
func TestNamesakes(t *testing.T) {
	h := open(t)
	ann := h.agent("ann", people.AgentRole)
	hers := h.recognise(proved("zoe@example.com"))
	his := h.recognise(browser("1"))
	if again := h.recognise(browser("1"), typed("zoe@example.com")); again.ID != his.ID || again.Email != "zoe@example.com" {
		t.Errorf("recognised as %+v, want %s with the address in the profile", again, his.ID)
	}
	h.See(func(tx *store.Tx) error {
		c, err := people.ContactByID(tx, hers.ID)
		if err != nil {
			return err
		}
		others, err := people.Namesakes(tx, ann.Actor(), c)
		if err == nil && (len(others) != 1 || others[0].ID != his.ID) {
			t.Errorf("namesakes: %+v", others)
		}
		if none, _ := people.Namesakes(tx, c.Actor(), c); none != nil {
			t.Error("a contact sees his namesakes")
		}
		found, err := people.FindContact(tx, typed("Zoe@example.com"))
		if err == nil && found.ID != hers.ID {
			t.Errorf("the address names %s", found.ID)
		}
		return err
	})
}

func TestAContactStaysSmall(t *testing.T) {
	h := open(t)
	h.recognise(proved("zoe@example.com"))
	var c *people.Contact
	for i := range 200 {
		c = h.recognise(browser(fmt.Sprint(i)), typed("zoe@example.com"))
	}
	if n := len(c.Identities); n > 50 || !c.Proved(people.KindEmail, "zoe@example.com") {
		t.Errorf("%d identities, her own among them: %v", n, c.Proved(people.KindEmail, "zoe@example.com"))
	}
}

func TestIdentitiesFromOutside(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct {
		i    people.Identity
		want string // the value as it is kept; "" when it is refused
	}{
		"a phone number as people write it": {people.Identity{Kind: people.KindPhone, Value: "+55 (11) 91234-5678"}, "+5511912345678"},
		"a number in the shop's country":    {people.Identity{Kind: people.KindPhone, Value: "011 91234"}, "01191234"},
		"no number":                         {people.Identity{Kind: people.KindPhone, Value: "call me"}, ""},
		"a number of 16 digits":             {people.Identity{Kind: people.KindPhone, Value: "1234567890123456"}, ""},
		"an empty browser":                  {browser(""), ""},
		"an endless one":                    {browser(strings.Repeat("x", 201)), ""},
		"one with a control character":      {browser("a\x00b"), ""},
		"a kind that there is not":          {people.Identity{Kind: "fax", Value: "1"}, ""},
	} {
		got := ""
		h.try(func(tx *store.Tx) error {
			contact, err := people.Recognise(tx, []people.Identity{c.i}, people.Profile{Name: "\u202eZoe\x00\xff"})
			got = ""
			if err == nil {
				got = contact.Identities[0].Value
				if contact.Name != "Zoe" {
					t.Errorf("%s: called %q", name, contact.Name)
				}
			}
			return err
		})
		if got != c.want {
			t.Errorf("%s: kept as %q, want %q", name, got, c.want)
		}
	}
	if got := h.try(func(tx *store.Tx) error {
		_, err := people.Recognise(tx, nil, people.Profile{Name: "Nobody"})
		return err
	}); got != "fault.required" {
		t.Errorf("known by nothing: %q", got)
	}
}

func TestAgentsChangeContacts(t *testing.T) {
	h := open(t)
	ann := h.agent("ann", people.AgentRole)
	max := h.recognise(typed("max@example.com"))
	zoe := h.recognise(browser("1"))
	change := func(by people.Actor, c people.ContactChange) string {
		return h.try(func(tx *store.Tx) error {
			_, err := people.ChangeContact(tx, by, zoe.ID, c)
			return err
		})
	}
	for name, c := range map[string]struct {
		by   people.Actor
		with people.ContactChange
		want string
	}{
		"a name":                      {ann.Actor(), people.ContactChange{Name: "Zoe"}, ""},
		"a name of 101 letters":       {ann.Actor(), people.ContactChange{Name: strings.Repeat("Z", 101)}, "fault.too_long"},
		"an address":                  {ann.Actor(), people.ContactChange{Email: "Zoe@example.com"}, ""},
		"an address that is none":     {ann.Actor(), people.ContactChange{Email: "zoe"}, "fault.bad_email"},
		"another contact's address":   {ann.Actor(), people.ContactChange{Email: max.Email}, ""},
		"51 attributes":               {ann.Actor(), people.ContactChange{Attributes: attributes(51)}, "fault.bad_value"},
		"50 attributes":               {ann.Actor(), people.ContactChange{Attributes: attributes(50)}, ""},
		"by a contact":                {zoe.Actor(), people.ContactChange{Name: "Zoe"}, "fault.forbidden"},
		"by an agent's reading token": {people.Actor{Type: people.ByAgent, Role: people.AgentRole, Scope: people.ScopeRead}, people.ContactChange{}, "fault.forbidden"},
	} {
		if got := change(c.by, c.with); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := change(ann.Actor(), people.ContactChange{Attributes: attributes(50)}); got != "" {
		t.Fatal(got)
	}
	h.Rung()
	if got := change(ann.Actor(), people.ContactChange{Attributes: attributes(50)}); got != "" || slices.Contains(h.Rung(), "feed") {
		t.Errorf("the same form again is told as news (%q)", got)
	}
	h.See(func(tx *store.Tx) error {
		c, err := people.FindContact(tx, typed(max.Email))
		if err == nil && c.ID != max.ID {
			t.Error("an agent moved another contact's address by typing it")
		}
		return err
	})
}

func attributes(n int) map[string]string {
	a := map[string]string{}
	for i := range n {
		a[fmt.Sprint("attribute ", i)] = "x"
	}
	return a
}

func TestListContacts(t *testing.T) {
	h := open(t)
	ann := h.agent("ann", people.AgentRole)
	var want []string
	for i := range 5 {
		h.Clock.Add(time.Minute)
		want = append([]string{h.recognise(browser(fmt.Sprint(i))).ID}, want...)
	}
	var got []string
	h.See(func(tx *store.Tx) error {
		var after store.Key
		for {
			page, next, err := people.ListContacts(tx, ann.Actor(), after, 2)
			if err != nil {
				return err
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
			if after = next; after == nil {
				return nil
			}
		}
	})
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("listed %v, want the newest first: %v", got, want)
	}
}
