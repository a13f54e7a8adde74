// Package crictl is the small part of crictl that kind calls inside a node (images, inspecti) and that helps a person who looks
// into one (ps, pods, pull). Upstream's is not published as a module that can be built from here. Output keys are crictl's.
package crictl

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

type command struct {
	images  cri.ImageServiceClient
	runtime cri.RuntimeServiceClient
	json    bool
	all     bool
	names   []string
}

// parse understands -o json, -a and the endpoint flags (whose value is ignored: a node has one containerd).
func parse(args []string) (sub string, c command) {
	for i := 0; i < len(args); i++ {
		flag, value, joined := strings.Cut(args[i], "=")
		switch flag {
		case "-o", "--output", "-r", "--runtime-endpoint", "-i", "--image-endpoint":
			if !joined && i+1 < len(args) {
				i++
				value = args[i]
			}
			c.json = c.json || value == "json"
		case "-a", "--all":
			c.all = true
		default:
			if sub == "" {
				sub = args[i]
			} else {
				c.names = append(c.names, args[i])
			}
		}
	}
	return sub, c
}

func show(v any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func table(header string, rows [][]string) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 3, ' ', 0)
	fmt.Fprintln(w, header)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	return w.Flush()
}

func (c command) listImages(ctx context.Context) error {
	list, err := c.images.ListImages(ctx, &cri.ListImagesRequest{})
	if err != nil || c.json {
		return first(err, func() error { return show(list) })
	}
	var rows [][]string
	for _, i := range list.Images {
		for _, tag := range append(i.RepoTags, i.RepoDigests...) {
			rows = append(rows, []string{tag, i.Id, fmt.Sprintf("%.1fMB", float64(i.Size)/1e6)})
		}
	}
	return table("IMAGE\tID\tSIZE", rows)
}

func (c command) inspect(ctx context.Context) error {
	for _, name := range c.names {
		s, err := c.images.ImageStatus(ctx, &cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: name}})
		if err != nil {
			return err
		}
		if s.Image == nil {
			return fmt.Errorf("no such image %q present", name)
		}
		status := map[string]any{"id": s.Image.Id, "repoTags": s.Image.RepoTags, "repoDigests": s.Image.RepoDigests,
			"size": fmt.Sprint(s.Image.Size), "pinned": s.Image.Pinned}
		if err := show(map[string]any{"status": status}); err != nil {
			return err
		}
	}
	return nil
}

func (c command) pull(ctx context.Context) error {
	for _, name := range c.names {
		r, err := c.images.PullImage(ctx, &cri.PullImageRequest{Image: &cri.ImageSpec{Image: name}})
		if err != nil {
			return err
		}
		fmt.Println("Image is up to date for", r.ImageRef)
	}
	return nil
}

func (c command) ps(ctx context.Context) error {
	filter := &cri.ContainerFilter{}
	if !c.all {
		filter.State = &cri.ContainerStateValue{State: cri.ContainerState_CONTAINER_RUNNING}
	}
	list, err := c.runtime.ListContainers(ctx, &cri.ListContainersRequest{Filter: filter})
	if err != nil || c.json {
		return first(err, func() error { return show(list) })
	}
	var rows [][]string
	for _, k := range list.Containers {
		rows = append(rows, []string{k.Id[:13], strings.TrimPrefix(k.State.String(), "CONTAINER_"), k.Metadata.Name, k.Labels["io.kubernetes.pod.name"]})
	}
	return table("CONTAINER\tSTATE\tNAME\tPOD", rows)
}

func (c command) pods(ctx context.Context) error {
	list, err := c.runtime.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{})
	if err != nil || c.json {
		return first(err, func() error { return show(list) })
	}
	var rows [][]string
	for _, p := range list.Items {
		rows = append(rows, []string{p.Id[:13], strings.TrimPrefix(p.State.String(), "SANDBOX_"), p.Metadata.Namespace + "/" + p.Metadata.Name})
	}
	return table("POD ID\tSTATE\tNAME", rows)
}

// first returns err, or what next returns when there is none.
func first(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

func run() error {
	sub, c := parse(os.Args[1:])
	if sub == "" || sub == "--version" {
		fmt.Println("crictl version lab")
		return nil
	}
	conn, err := grpc.NewClient("unix:///run/containerd/containerd.sock", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20)))
	if err != nil {
		return err
	}
	c.images, c.runtime = cri.NewImageServiceClient(conn), cri.NewRuntimeServiceClient(conn)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	commands := map[string]func(context.Context) error{
		"images": c.listImages, "inspecti": c.inspect, "pull": c.pull, "ps": c.ps, "pods": c.pods,
	}
	if f, ok := commands[sub]; ok {
		return f(ctx)
	}
	return fmt.Errorf("%q is not in this small crictl", sub)
}

// Main is the program.
func Main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}
