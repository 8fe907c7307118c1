package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKillLosesNothing writes through every public door, kills the program in the middle, starts it again, and compares:
// what was acknowledged is there, once, in its order. A round ends when every writer has had its share of acknowledgements.
// DESKBELL_KILL_ROUNDS sets the number of rounds.
func TestKillLosesNothing(t *testing.T) {
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("DESKBELL_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	k := begin(t)
	acknowledged := 0
	for round := range rounds {
		acknowledged += k.round(t, round)
	}
	k.start(t)
	lost, doubled, reordered := k.compare(t)
	k.kill(t)
	t.Logf("kill: %d rounds, %d acknowledged, %d lost, %d doubled, %d reordered, %d checks clean",
		rounds, acknowledged, lost, doubled, reordered, k.clean)
	if lost+doubled+reordered > 0 || k.clean != rounds {
		t.Fail()
	}
}

// share is how many writes each writer must have acknowledged before a round may end.
const share = 20

// killed is a program that is killed again and again over the same data.
type killed struct {
	binary, dir, token string
	url                string
	cmd                *exec.Cmd
	writers            []*writer
	clean              int // checks that found nothing
}

// writer writes numbered words through one door, the next when the last is acknowledged. The one that was under way at the
// kill is sent again under the same id: it must make one message in the end, whether it had been written or not.
type writer struct {
	name string
	acks int
	send func(ctx context.Context, n int) error // n's words, under n's id
	read func() ([]string, error)               // what the house has of all writers in that place
}

func (w *writer) words(n int) string { return fmt.Sprintf("%s says %d.", w.name, n) }

func begin(t *testing.T) *killed {
	t.Helper()
	dir := t.TempDir()
	k := &killed{binary: filepath.Join(dir, "deskbell"), dir: filepath.Join(dir, "data")}
	if out, err := exec.Command("go", "build", "-o", k.binary, "deskbell").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	const password = "a password for nobody"
	k.run(t, password+"\n", "agent", "add", "--email", "ana@shop.example", "--name", "Ana", "--role", "owner")
	k.token = strings.TrimSpace(k.run(t, "", "token", "create", "--agent", "ana@shop.example", "--scope", "admin"))
	k.start(t)
	k.furnish(t, password)
	k.kill(t)
	return k
}

func (k *killed) run(t *testing.T, in string, args ...string) string {
	t.Helper()
	cmd := exec.Command(k.binary, append(args, "--data", k.dir)...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("deskbell %s: %v: %s%s", args[0], err, out, exit.Stderr)
		}
		t.Fatal(err)
	}
	return string(out)
}

func (k *killed) start(t *testing.T) {
	t.Helper()
	k.cmd = exec.Command(k.binary, "serve", "--data", k.dir, "--listen", "127.0.0.1:0")
	k.cmd.Env = append(os.Environ(), "DESKBELL_LIMITS=off")
	var log bytes.Buffer
	k.cmd.Stderr = &log
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "ready: "); ok {
			k.url = strings.TrimSuffix(at, "/")
			go io.Copy(io.Discard, out)
			return
		}
	}
	t.Fatalf("the program did not become ready: %s", log.String())
}

func (k *killed) kill(t *testing.T) {
	t.Helper()
	if err := k.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = k.cmd.Wait() // it says that it was killed
}

// api asks the REST API.
func (k *killed) api(ctx context.Context, method, path, key string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, k.url+"/api/v1/"+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+k.token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s answered %s: %s", method, path, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// furnish makes what the writers write to, and the writers.
func (k *killed) furnish(t *testing.T, password string) {
	t.Helper()
	ctx := t.Context()
	var widget struct{ Key string }
	var ticket, board, topic struct{ ID string }
	for _, step := range []struct {
		path string
		body any
		into any
	}{
		{"widgets", map[string]any{"name": "Shop", "sites": []string{}}, &widget},
		{"tickets", map[string]any{"subject": "Order", "text": "Where is it?", "contact": map[string]string{"name": "Zoé", "email": "zoe@example.com"}}, &ticket},
		{"forum/boards", map[string]string{"name": "Questions", "escalate_after": "off", "escalate_hours": "clock"}, &board},
	} {
		if err := k.api(ctx, http.MethodPost, step.path, "", step.body, step.into); err != nil {
			t.Fatal(err)
		}
	}
	err := k.api(ctx, http.MethodPost, "forum/topics", "", map[string]any{
		"board": board.ID, "title": "How long?", "text": "How long does it take?", "author": map[string]string{"name": "Zoé", "email": "zoe@example.com"},
	}, &topic)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		k.writers = append(k.writers, k.visitor(fmt.Sprintf("visitor%d", i), widget.Key))
	}
	k.writers = append(k.writers,
		k.program("api", "tickets/"+ticket.ID+"/replies", "tickets/"+ticket.ID+"/events"),
		k.agent("desk", password, ticket.ID),
		k.member("forum", topic.ID))
}

// texts reads a whole list of the API.
func (k *killed) texts(path string) (all []string, err error) {
	for cursor := ""; ; {
		var page struct {
			Items []struct{ Text string }
			Next  string
		}
		err := k.api(context.Background(), http.MethodGet, path+"?limit=200&cursor="+url.QueryEscape(cursor), "", nil, &page)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			all = append(all, item.Text)
		}
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

// round starts the program, writes until every writer has its share, kills it at some moment after, and has what is left
// checked. It gives the number of writes that were acknowledged.
func (k *killed) round(t *testing.T, round int) int {
	t.Helper()
	k.start(t)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var all, shared sync.WaitGroup
	counts := make([]int, len(k.writers))
	failures := make([]error, len(k.writers))
	for i, w := range k.writers {
		shared.Add(1)
		all.Go(func() {
			enough := sync.OnceFunc(shared.Done)
			defer enough()
			for {
				if err := w.send(ctx, w.acks+1); err != nil {
					failures[i] = err
					return
				}
				w.acks++
				if counts[i]++; counts[i] == share {
					enough()
				}
			}
		})
	}
	shared.Wait()
	time.Sleep(rand.N(20 * time.Millisecond)) // the kill comes at any moment of a commit; nothing is waited for
	k.kill(t)
	stop()
	all.Wait()
	sum := 0
	for i, n := range counts {
		if n < share {
			t.Fatalf("round %d: %s had only %d acknowledged: %v", round, k.writers[i].name, n, failures[i])
		}
		sum += n
	}
	k.run(t, "", "check") // fails the test with what is wrong
	k.clean++
	return sum
}

// compare holds what the house has against what was acknowledged.
func (k *killed) compare(t *testing.T) (lost, doubled, reordered int) {
	t.Helper()
	for _, w := range k.writers {
		have, err := w.read()
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, text := range have {
			var n int
			if rest, ok := strings.CutPrefix(text, w.name+" says "); ok {
				fmt.Sscanf(rest, "%d.", &n)
				got = append(got, n)
			}
		}
		for n := 1; n <= w.acks; n++ {
			switch times := count(got, n); {
			case times == 0:
				lost++
				t.Errorf("%s: %d was acknowledged and is lost", w.name, n)
			case times > 1:
				doubled++
				t.Errorf("%s: %d is there %d times", w.name, n, times)
			}
		}
		if !slices.IsSorted(got) {
			reordered++
			t.Errorf("%s: the order is %v", w.name, got)
		}
		if len(got) > w.acks+1 {
			t.Errorf("%s: %d are there and %d were acknowledged", w.name, len(got), w.acks)
		}
	}
	return lost, doubled, reordered
}

func count(all []int, n int) (times int) {
	for _, m := range all {
		if m == n {
			times++
		}
	}
	return times
}
