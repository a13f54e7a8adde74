// Command gitd is the lab's git server: Git's own http-backend behind an HTTP listener, with two rules of its own.
//
//	/NAME.git           anybody fetches and pushes; the first push creates the repository
//	/private/NAME.git   the same, with the user and password of GITD_USER and GITD_PASSWORD
//
// A toy for tests: never put it on a network.
package main

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"io/fs"
	"log"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

var repository = regexp.MustCompile(`^/((?:private/)?[\w.-]+\.git)/`)

type server struct {
	root, user, password string
	creating             sync.Mutex
	backend              cgi.Handler
}

func newServer() *server {
	root := cmp.Or(os.Getenv("GITD_ROOT"), "/repos")
	return &server{
		root:     root,
		user:     cmp.Or(os.Getenv("GITD_USER"), "lab"),
		password: cmp.Or(os.Getenv("GITD_PASSWORD"), "lab-password"),
		backend: cgi.Handler{
			Path: cmp.Or(os.Getenv("GITD_BACKEND"), "/usr/lib/git-core/git-http-backend"),
			Root: "/",
			Env: []string{
				"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "HOME=/tmp",
				"REMOTE_USER=lab", // git allows a push only to somebody with a name
				"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
			},
			InheritEnv: []string{"PATH"},
		},
	}
}

func (s *server) allowed(r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	return same(user, s.user) && same(password, s.password)
}

// create makes the bare repository of a first push. Single commits may be fetched from it: kpack asks for one by its full id.
func (s *server) create(name string) error {
	s.creating.Lock()
	defer s.creating.Unlock()
	dir := filepath.Join(s.root, name)
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, args := range [][]string{
		{"init", "-q", "--bare", "-b", "main", dir},
		{"-C", dir, "config", "http.receivepack", "true"},
		{"-C", dir, "config", "uploadpack.allowAnySHA1InWant", "true"},
	} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			log.Printf("git %v: %v: %s", args, err, out)
			return err
		}
	}
	return nil
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	log.Printf("%s %s %s", r.RemoteAddr, r.Method, r.URL)
	if r.URL.Path == "/healthz" {
		return
	}
	match := repository.FindStringSubmatch(r.URL.Path)
	if match == nil || strings.Contains(match[1], "..") {
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(match[1], "private/") && !s.allowed(r) {
		w.Header().Set("WWW-Authenticate", `Basic realm="lab"`)
		http.Error(w, "user and password, please", http.StatusUnauthorized)
		return
	}
	if r.URL.Query().Get("service") == "git-receive-pack" {
		if err := s.create(match[1]); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	s.backend.ServeHTTP(w, r)
}

func main() {
	listen := &http.Server{Addr: cmp.Or(os.Getenv("GITD_ADDR"), ":80"), Handler: newServer(), ReadHeaderTimeout: 10 * time.Second}
	log.Printf("serving %s", listen.Addr)
	log.Fatal(listen.ListenAndServe())
}
