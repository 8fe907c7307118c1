package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"deskbell/internal/store"
)

// Bell is what wakes a runner.
type Bell interface {
	Subscribe(topic string, ring func(), news func(any)) (cancel func())
}

const (
	maxTries  = 16                    // with the pauses between them, about a day
	lease     = time.Minute           // how long one try may take
	margin    = 5 * time.Second       // a try must end so much before its lease
	abreast   = 8                     // jobs of one kind at a time: a slow kind must not hold up the others
	longest   = 4 * time.Hour         // between two tries
	shortest  = 15 * time.Second      // after the first
	farthest  = 5 * time.Hour         // what is due later than any pause was dated by a clock that has been put back since
	atMost    = time.Minute           // between two looks, in case the clock was moved
	beat      = 25 * time.Millisecond // between two rounds, unless there is more to do than a round can begin
	maxReason = 500                   // of what went wrong, in bytes
)

// Runner does the jobs of a house. Handlers are set before Run.
type Runner struct {
	DB   *store.DB
	Bell Bell

	kinds map[string]*kind

	mu     sync.Mutex      // over kind.busy, kind.full and what follows
	atWork map[string]bool // the ids of the jobs that are being tried
	ended  []outcome       // to be written down with the next round
}

// outcome is what came of a try.
type outcome struct {
	Job
	trouble error
	closing bool // the house was closing
}

type kind struct {
	do     func(context.Context, Job) error
	failed func(*store.Tx, Job) error
	busy   int
	full   bool // others of it could be begun if fewer were at work
}

func (r *Runner) kind(name string) *kind {
	if r.kinds == nil {
		r.kinds = map[string]*kind{}
	}
	if r.kinds[name] == nil {
		r.kinds[name] = &kind{}
	}
	return r.kinds[name]
}

// Handle has do do the jobs of a kind. It must bear being called twice for one job, and end soon after its context does.
func (r *Runner) Handle(kind string, do func(context.Context, Job) error) { r.kind(kind).do = do }

// OnFailed has tell called when a job of a kind has failed, in the transaction that says so.
func (r *Runner) OnFailed(kind string, tell func(*store.Tx, Job) error) { r.kind(kind).failed = tell }

// Run does jobs as they fall due until ctx ends. It returns when no handler is at work any more; what they could not finish
// is done at the next start. What ends and what begins within a beat is one transaction: jobs come with the messages that people
// wait for, and should not hold those up with flushes of their own.
func (r *Runner) Run(ctx context.Context) {
	ear, wake := newEar()
	defer r.Bell.Subscribe(topic, wake, nil)()
	var working sync.WaitGroup
	for ctx.Err() == nil {
		next := time.After(beat)
		begun, wait, err := r.round(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("jobs cannot be begun and wait a little", "err", err)
			wait = shortest
		}
		for _, j := range begun {
			working.Go(func() {
				r.attempt(ctx, j)
				wake()
			})
		}
		select {
		case <-ctx.Done():
		case <-ear:
		case <-time.After(wait):
		}
		if r.overrun() {
			continue
		}
		select {
		case <-ctx.Done():
		case <-next:
		}
	}
	working.Wait()
	r.writeDown(ctx, r.takeEnded())
}

// newEar makes an ear that wake wakes: once, however often it is called before somebody listens.
func newEar() (ear <-chan struct{}, wake func()) {
	c := make(chan struct{}, 1)
	return c, func() {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Drain does what is due now, and what that leads to, and says how many tries it took. It is for tests and for tools that end.
func (r *Runner) Drain(ctx context.Context) (tries int, err error) {
	for {
		begun, _, err := r.round(ctx)
		if err != nil || len(begun) == 0 {
			return tries, err
		}
		for _, j := range begun {
			r.attempt(ctx, j)
			tries++
		}
	}
}

// overrun tells whether a job has ended that another waits for, so that the next round is worth a flush of its own.
func (r *Runner) overrun() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.ended, func(o outcome) bool { return r.kinds[o.Kind].full })
}

func (r *Runner) takeEnded() []outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	ended := r.ended
	r.ended = nil
	return ended
}

// free says how many more jobs of each kind may be begun.
func (r *Runner) free() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	free := map[string]int{}
	for name, k := range r.kinds {
		if k.do != nil && k.busy < abreast {
			free[name] = abreast - k.busy
		}
	}
	return free
}

// round writes down what ended, leases what is due, and says how long nothing else will be.
func (r *Runner) round(ctx context.Context) (begun []Job, wait time.Duration, err error) {
	free, ended := r.free(), r.takeEnded()
	var more []string
	if len(ended) == 0 {
		err = r.DB.View(ctx, func(tx *store.Tx) (err error) {
			more, wait, err = r.soonest(tx, free)
			return err
		})
		if err != nil || len(more) == 0 {
			r.employ(free, nil, nil)
			return nil, wait, err
		}
	}
	err = r.DB.Update(ctx, func(tx *store.Tx) (err error) {
		for _, o := range ended {
			if err := r.end(tx, o); err != nil {
				return err
			}
		}
		if begun, err = r.leaseDue(tx, free); err == nil {
			more, wait, err = r.soonest(tx, free)
		}
		return err
	})
	if err != nil && len(ended) > 0 {
		r.writeDown(ctx, ended)
		return r.round(ctx)
	}
	if err != nil {
		r.employ(free, nil, nil)
		return nil, atMost, err
	}
	r.employ(free, begun, more)
	return begun, wait, nil
}

// employ counts jobs that begin, and keeps of which of the kinds that were looked at more could have begun.
func (r *Runner) employ(looked map[string]int, begun []Job, more []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.atWork == nil {
		r.atWork = map[string]bool{}
	}
	for _, j := range begun {
		r.kinds[j.Kind].busy++
		r.atWork[j.ID] = true
	}
	for name := range looked {
		r.kinds[name].full = slices.Contains(more, name)
	}
}

func (r *Runner) isAtWork(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.atWork[id]
}

// writeDown writes down what ended, each for itself, and although the house may be closing or the disk nearly full: else it
// would be done again.
func (r *Runner) writeDown(ctx context.Context, ended []outcome) {
	for _, o := range ended {
		err := r.DB.Update(store.Urgent(context.WithoutCancel(ctx)), func(tx *store.Tx) error { return r.end(tx, o) })
		if err != nil {
			slog.Error("what came of a job could not be written down; it will be tried again", "kind", o.Kind, "id", o.ID, "err", err)
		}
	}
}

// attempt does one try of a job and keeps what came of it for the next round.
func (r *Runner) attempt(ctx context.Context, j Job) {
	r.mu.Lock()
	k := r.kinds[j.Kind]
	r.mu.Unlock()
	trying, cancel := context.WithTimeout(ctx, lease-margin)
	defer cancel()
	trouble := safely(trying, k.do, j)
	r.mu.Lock()
	defer r.mu.Unlock()
	k.busy--
	delete(r.atWork, j.ID)
	r.ended = append(r.ended, outcome{j, trouble, ctx.Err() != nil})
}

func safely(ctx context.Context, do func(context.Context, Job) error, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a job panicked", "kind", j.Kind, "id", j.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do(ctx, j)
}

// end says what came of a try: done, failed, or to be tried again.
func (r *Runner) end(tx *store.Tx, o outcome) error {
	row, err := rows.Find(tx, store.K(o.ID))
	if err != nil || row == nil || row.State != Running || row.Tries != o.Tries {
		return err // the lease was over, and somebody else has it
	}
	if o.trouble == nil {
		if err := rows.Delete(tx, store.K(row.ID)); err != nil {
			return err
		}
		return next(tx, row)
	}
	row.Trouble = reason(o.trouble)
	if isFinal(o.trouble) || row.Tries >= maxTries && !o.closing {
		return r.fail(tx, row)
	}
	row.State, row.Due = Waiting, tx.Now().Add(pause(row.Tries))
	if o.closing && errors.Is(o.trouble, context.Canceled) { // it was not the job's fault
		row.Due = time.Time{}
		row.Tries--
	}
	return rows.Put(tx, row)
}

func (r *Runner) fail(tx *store.Tx, row *row) error {
	row.State = Failed
	row.Due = tx.Now()
	if err := rows.Put(tx, row); err != nil {
		return err
	}
	if err := next(tx, row); err != nil {
		return err
	}
	if k := r.kinds[row.Kind]; k != nil && k.failed != nil {
		return k.failed(tx, row.job())
	}
	return nil
}

// Abandon has every job that is not done fail, so that it is only done when somebody retries it. It is for data that was put
// back, in which jobs wait that were done since.
func (r *Runner) Abandon(ctx context.Context, why string) error {
	for {
		var left []*row
		err := r.DB.Update(ctx, func(tx *store.Tx) (err error) {
			if left, err = undone(tx, handful); err != nil {
				return err
			}
			for _, row := range left {
				row.Trouble = why
				if err := r.fail(tx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(left) == 0 {
			return err
		}
	}
}

func undone(tx *store.Tx, limit int) ([]*row, error) {
	for _, state := range []State{Running, Waiting} {
		found, _, err := rows.Page(tx, "state", store.Range{Prefix: store.K(state)}, limit)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

func reason(err error) string {
	text := err.Error()
	return strings.ToValidUTF8(text[:min(len(text), maxReason)], "")
}

// pause is how long to wait after so many tries: twice as long each time, a fifth more or less, so that what failed together
// does not come back together.
func pause(tries int) time.Duration {
	d := longest
	if tries < 16 {
		d = min(longest, shortest<<max(0, tries-1))
	}
	return (d - d/5 + rand.N(2*d/5)).Truncate(time.Millisecond)
}
