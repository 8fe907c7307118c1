package disk_test

import (
	"os"
	"path/filepath"
	"testing"

	"deskbell/internal/disk"
)

func TestAFileIsReplacedWhole(t *testing.T) {
	for name, before := range map[string]map[string]string{
		"a first one":           {},
		"a longer one":          {"card": "what stood there before"},
		"after half of another": {"card": "old", "card.part": "half of what was about to st"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, data := range before {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := disk.Replace(filepath.Join(dir, "card"), []byte("new")); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "card")); err != nil || string(got) != "new" {
				t.Errorf("it holds %q, %v", got, err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Errorf("beside it lie %v, %v", left, err)
			}
		})
	}
}

func TestWhatCannotBeReplacedStaysAsItWas(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "card")
	if err := os.MkdirAll(filepath.Join(path+".part", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := disk.Replace(path, []byte("new")); err == nil {
		t.Error("it wrote through a folder")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("it holds %q, %v", got, err)
	}
}

func TestAFolderThatIsNotThereCannotBeFlushed(t *testing.T) {
	if err := disk.FlushFolder(t.TempDir()); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if disk.FlushFolder(filepath.Join(t.TempDir(), "gone")) == nil {
		t.Error("one that is not there was flushed")
	}
}
