package desk

import (
	"context"
	"net/http"
	"slices"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// guide is what an owner does first, each step with whether it is done. It stands beside the list while no ticket is open, until
// everything is done or its reader hides it; a page of the settings has it for ever.
type guide struct {
	Steps   []step // that were not skipped
	Skipped []step
	Asked   bool // there are tickets already
}

// count tells how many of the steps are done, and how many there are, the skipped ones among them: it is the same wherever it is
// said.
func (g guide) count() (done, all int) {
	for _, s := range g.Steps {
		if s.Done {
			done++
		}
	}
	return done, len(g.Steps) + len(g.Skipped)
}

// done tells whether nothing is left that somebody wants to be reminded of.
func (g guide) done() bool {
	done, _ := g.count()
	return done == len(g.Steps)
}

// gatherGuide is the guide as it stands beside the list: nil for whoever cannot do the steps, and for whoever hid it.
func (d *Desk) gatherGuide(tx *store.Tx, by people.Actor) (*guide, error) {
	if !by.May(people.ManageSettings, "") {
		return nil, nil
	}
	skip, err := house.FirstSteps.Get(tx)
	if err != nil || slices.Contains(skip.Hidden, by.ID) {
		return nil, err
	}
	g, err := d.gatherSteps(tx, by)
	return &g, err
}

// gatherSteps tells the steps that were skipped apart from the others.
func (d *Desk) gatherSteps(tx *store.Tx, by people.Actor) (g guide, err error) {
	all, err := d.Steps(tx, by)
	if err != nil {
		return g, err
	}
	for _, s := range all {
		if s.Skipped {
			g.Skipped = append(g.Skipped, step{s})
		} else {
			g.Steps = append(g.Steps, step{s})
		}
	}
	asked, err := tickets.Count(tx, by, tickets.View{Kind: tickets.Everything})
	g.Asked = asked > 0
	return g, err
}

// guideScreen is the guide as a page of its own.
type guideScreen struct {
	Rail   rail
	Guide  guide
	Hidden bool // from beside the list
}

func (d *Desk) showGuide(w http.ResponseWriter, r *http.Request) error {
	var s guideScreen
	err := d.DB.View(r.Context(), func(tx *store.Tx) error {
		skip, err := house.FirstSteps.Get(tx)
		if err != nil {
			return err
		}
		s.Hidden = slices.Contains(skip.Hidden, web.Actor(r).ID)
		if s.Guide, err = d.gatherSteps(tx, web.Actor(r)); err != nil {
			return err
		}
		s.Rail, err = d.gatherRail(tx, web.Agent(r), web.Actor(r), "")
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, guidePage(s))
}

// skipStep takes a step out of the guide, or back into it.
func (d *Desk) skipStep(skips bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name := r.PathValue("step")
		if !house.IsStep(name) {
			return fault.Missing("page")
		}
		return d.changeGuide(w, r, func(was house.Skipped) house.Skipped {
			return house.Skipped{Steps: with(was.Steps, name, skips), Hidden: was.Hidden}
		})
	}
}

// hideGuide takes the guide from beside the reader's list, or puts it back.
func (d *Desk) hideGuide(hides bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return d.changeGuide(w, r, func(was house.Skipped) house.Skipped {
			return house.Skipped{Steps: was.Steps, Hidden: with(was.Hidden, web.Actor(r).ID, hides)}
		})
	}
}

// changeGuide keeps a change and leads back to where its button stood.
func (d *Desk) changeGuide(w http.ResponseWriter, r *http.Request, change func(house.Skipped) house.Skipped) error {
	var in struct {
		Back string `form:"back"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	err := d.DB.Update(r.Context(), func(tx *store.Tx) error {
		was, err := house.FirstSteps.Get(tx)
		if err != nil {
			return err
		}
		return people.Configure(tx, web.Actor(r), house.FirstSteps, change(was))
	})
	if err != nil {
		return err
	}
	if in.Back == "steps" {
		return web.Redirect(w, r, "/desk/steps")
	}
	return web.Redirect(w, r, "/desk")
}

// with is names with name in it once, or without it.
func with(names []string, name string, in bool) []string {
	rest := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	if in {
		rest = append(rest, name)
	}
	return rest
}

// progress says how far the guide is, for where there is room for a line.
func (g guide) progress(ctx context.Context) string {
	done, all := g.count()
	return i18n.T(ctx, "desk.guide_progress", "done", done, "all", all)
}

func (g guide) intro(ctx context.Context) string {
	done, all := g.count()
	switch {
	case done == all:
		return i18n.T(ctx, "desk.guide_all_done")
	case g.done():
		return i18n.T(ctx, "desk.guide_rest_skipped", "done", done, "all", all)
	case g.Asked:
		return i18n.T(ctx, "desk.guide_count", "done", done, "all", all)
	}
	return i18n.T(ctx, "desk.guide_text", "done", done, "all", all)
}
