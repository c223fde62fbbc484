package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// shots is where pictures of pages are put; see README.
var shots = flag.String("shots", "", "a folder to put pictures of every page of the console into")

// browserTab is a page in a real Chromium, which nothing but the console may be
// asked by.
type browserTab struct {
	*site
	ctx       context.Context
	downloads string

	mu      sync.Mutex
	strange []string // requests to other hosts, and what scripts complained of
}

// chromium finds the browser. In CI a missing one is a failure.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no chromium: apt-get install chromium")
	}
	t.Skip("no chromium: apt-get install chromium")
	return ""
}

// browse opens a browser at a site. Dialogs are agreed to.
func browse(t *testing.T, s *site) *browserTab {
	t.Helper()
	b := &browserTab{site: s, downloads: t.TempDir()}
	profile, err := os.MkdirTemp("", "osmsd-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.WindowSize(1280, 900), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "ru"), chromedp.WSURLReadTimeout(60*time.Second))
	allocated, cancelAllocated := chromedp.NewExecAllocator(context.Background(), options...)
	tab, cancelTab := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		cancelTab()
		cancelAllocated()
		_ = os.RemoveAll(profile) // what it still writes at its end may stay
	})
	if err := chromedp.Run(tab); err != nil { // the browser lives as long as this one's context
		t.Fatal(err)
	}
	timed, cancelTimed := context.WithTimeout(tab, 4*time.Minute)
	t.Cleanup(cancelTimed)
	b.ctx = timed
	own, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	chromedp.ListenTarget(timed, func(e any) {
		note := func(format string, args ...any) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.strange = append(b.strange, fmt.Sprintf(format, args...))
		}
		switch e := e.(type) {
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(e.Request.URL); err != nil || u.Host != own.Host && u.Scheme != "data" && u.Scheme != "about" && u.Scheme != "blob" {
				note("a request to %s", e.Request.URL)
			}
			if digits.MatchString(e.Request.URL) {
				note("a personal number in an address")
			}
		case *runtime.EventExceptionThrown:
			note("script: %s", e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				note("console: %s %s", e.Type, e.Args[0].Value)
			}
		case *cdppage.EventJavascriptDialogOpening:
			go func() { _ = chromedp.Run(timed, cdppage.HandleJavaScriptDialog(true)) }()
		}
	})
	b.do(network.Enable(), runtime.Enable(),
		browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(b.downloads).WithEventsEnabled(true))
	return b
}

func (b *browserTab) do(actions ...chromedp.Action) {
	b.t.Helper()
	soon, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Run(soon, actions...); err != nil {
		var at, text string
		last, cancel := context.WithTimeout(b.ctx, 3*time.Second)
		defer cancel()
		_ = chromedp.Run(last, chromedp.Location(&at), chromedp.Text("body", &text, chromedp.NodeReady))
		b.t.Fatalf("%v at %s\n%s\n%s", err, at, text, b.log)
	}
}

// open opens a page. A navigation that is under way may win; then it is asked for
// again.
func (b *browserTab) open(path string) {
	b.t.Helper()
	for try := 0; ; try++ {
		soon, cancel := context.WithTimeout(b.ctx, 30*time.Second)
		err := chromedp.Run(soon, chromedp.Navigate(b.url+path), chromedp.WaitReady("main"))
		cancel()
		switch {
		case err == nil:
			return
		case try == 5 || !strings.Contains(err.Error(), "ERR_ABORTED"):
			b.t.Fatalf("%s: %v\n%s", path, err, b.log)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// login logs somebody in.
func (b *browserTab) login(name string) {
	b.t.Helper()
	b.open("/login")
	b.do(chromedp.WaitVisible("input[name=login]"), chromedp.SendKeys("input[name=login]", name),
		chromedp.SendKeys("input[name=password]", sitePassword), chromedp.Click("button.first"), chromedp.WaitVisible("form.me"))
}

// logout logs whoever is there out.
func (b *browserTab) logout() {
	b.t.Helper()
	b.do(chromedp.Click("form.me button"), chromedp.WaitVisible("input[name=login]"))
}

// at waits until the address has a part.
func (b *browserTab) at(part string) {
	b.t.Helper()
	var where string
	for range 300 {
		b.do(chromedp.Location(&where))
		if strings.Contains(where, part) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.do(chromedp.ActionFunc(func(context.Context) error { return fmt.Errorf("%s is not %s", where, part) }))
}

// text is what the page shows.
func (b *browserTab) text() string {
	b.t.Helper()
	var text string
	b.do(chromedp.WaitReady("main"), chromedp.Text("main", &text))
	return text
}

// downloaded waits for a file that was downloaded.
func (b *browserTab) downloaded(pattern string) string {
	b.t.Helper()
	for range 200 {
		found, err := filepath.Glob(filepath.Join(b.downloads, pattern))
		if err == nil && len(found) > 0 && !strings.HasSuffix(found[0], ".crdownload") {
			return found[0]
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("nothing was downloaded as %s", pattern)
	return ""
}

// quiet checks that nothing else than the console was asked, and that no script
// complained.
func (b *browserTab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.strange {
		b.t.Error(s)
	}
	b.strange = nil
}

// scripts switches JavaScript off or on.
func (b *browserTab) scripts(on bool) {
	b.t.Helper()
	b.do(emulation.SetScriptExecutionDisabled(!on))
}

// phone makes the window that of a phone, or of a desk again.
func (b *browserTab) phone(on bool) {
	b.t.Helper()
	if on {
		b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateScale(2)))
		return
	}
	b.do(chromedp.EmulateViewport(1280, 900))
}

// shot takes a picture of the whole page, where pictures are wanted.
func (b *browserTab) shot(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	var data []byte
	b.do(chromedp.FullScreenshot(&data, 100))
	if err := os.MkdirAll(*shots, 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), data, 0o640); err != nil {
		b.t.Fatal(err)
	}
}
