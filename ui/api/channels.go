package api

import (
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets/channels"
)

type channel struct {
	Name   string            `json:"name"`
	Values map[string]string `json:"values" doc:"As it is set up; secrets never come back"`
}

func showChannel(tx *store.Tx, door channels.Channel) (channel, error) {
	c := channel{door.Name(), map[string]string{}}
	if configured, ok := door.(channels.Configured); ok {
		var err error
		if c.Values, err = configured.Values(tx); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (a *api) channels() {
	show(a, "channels", "List channels", people.ScopeAdmin, a.listChannels)
	patch(a, "channels/{name}", "Set up a channel", people.ScopeAdmin, a.configure)
}

func (a *api) listChannels(tx *store.Tx, by people.Actor, in *page) (list[channel], error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return list[channel]{}, err
	}
	var all []channel
	for _, door := range a.Doors.All() {
		c, err := showChannel(tx, door)
		if err != nil {
			return list[channel]{}, err
		}
		all = append(all, c)
	}
	return cut(in.Paging, all, func(c channel) string { return c.Name }, func(c channel) channel { return c })
}

type channelChange struct {
	Name string `path:"name"`
	Body struct {
		Values map[string]string `json:"values"`
	}
}

// configure lays the values that were sent over those there are, as if somebody had changed these fields of the form.
func (a *api) configure(tx *store.Tx, by people.Actor, in *channelChange) (channel, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return channel{}, err
	}
	door := a.Doors.Find(in.Name)
	if door == nil {
		return channel{}, fault.Missing("channel")
	}
	configured, ok := door.(channels.Configured)
	if !ok {
		return channel{}, fault.New(fault.Conflict, "api.nothing_to_set_up", "channel", in.Name)
	}
	values, err := configured.Values(tx)
	if err != nil {
		return channel{}, err
	}
	known := map[string]bool{}
	for _, field := range configured.Form() {
		known[field.Name] = true
	}
	for name, value := range in.Body.Values {
		if !known[name] {
			return channel{}, fault.Field("values."+name, "fault.bad_value")
		}
		values[name] = value
	}
	if err := configured.Configure(tx, by, values); err != nil {
		return channel{}, inside("values", err)
	}
	return showChannel(tx, door)
}
