// Package kindnetd does the part of kind's network daemon that a one-node lab needs: it tells the node's containerd how to give
// pods an address out of the node's podCIDR, and keeps a route to every other node. kind's own daemon lives in a nested Go module
// that is not published. No network policies.
package kindnetd

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const conflist = "/etc/cni/net.d/10-kindnet.conflist"

type object = map[string]any

// network describes pods wired by a veth pair each (ptp), masqueraded when they leave the node.
func network(podCIDR string) ([]byte, error) {
	ipam := object{
		"type":    "host-local",
		"dataDir": "/run/cni-ipam-state", // in memory: after a restart of the node all its pods are new
		"routes":  []object{{"dst": "0.0.0.0/0"}},
		"ranges":  [][]object{{{"subnet": podCIDR}}},
	}
	return json.MarshalIndent(object{
		"cniVersion": "0.4.0",
		"name":       "kindnet",
		"plugins": []object{
			{"type": "ptp", "ipMasq": true, "mtu": 1500, "ipam": ipam},
			{"type": "portmap", "capabilities": object{"portMappings": true}},
		},
	}, "", "  ")
}

// write replaces the file in one go, and only when it changed: containerd reloads it at every write.
func write(podCIDR string) error {
	want, err := network(podCIDR)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(conflist); err == nil && string(have) == string(want) {
		return nil
	}
	if err := os.WriteFile(conflist+".new", want, 0o644); err != nil {
		return err
	}
	log.Printf("pods of this node get addresses in %s", podCIDR)
	return os.Rename(conflist+".new", conflist)
}

func address(node *corev1.Node) net.IP {
	for _, a := range node.Status.Addresses {
		if a.Type == corev1.NodeInternalIP {
			return net.ParseIP(a.Address)
		}
	}
	return nil
}

func reconcile(nodes []corev1.Node, self net.IP) error {
	for i := range nodes {
		node, via := &nodes[i], address(&nodes[i])
		if node.Spec.PodCIDR == "" || via == nil {
			continue
		}
		if via.Equal(self) {
			if err := write(node.Spec.PodCIDR); err != nil {
				return err
			}
			continue
		}
		_, pods, err := net.ParseCIDR(node.Spec.PodCIDR)
		if err != nil {
			return err
		}
		if err := netlink.RouteReplace(&netlink.Route{Dst: pods, Gw: via}); err != nil {
			return err
		}
	}
	return nil
}

// Main is the program. HOST_IP and CONTROL_PLANE_ENDPOINT come from kind's manifest.
func Main() {
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	if endpoint := os.Getenv("CONTROL_PLANE_ENDPOINT"); endpoint != "" {
		config.Host = "https://" + endpoint // the Service address works only once kube-proxy does
	}
	client := kubernetes.NewForConfigOrDie(config)
	self := net.ParseIP(os.Getenv("HOST_IP"))
	for {
		pause := 10 * time.Second
		list, err := client.CoreV1().Nodes().List(context.Background(), metav1.ListOptions{})
		if err == nil {
			err = reconcile(list.Items, self)
		}
		if err != nil {
			log.Print(err)
			pause = time.Second
		} else if _, err := os.Stat(conflist); err != nil {
			pause = time.Second // this node has no podCIDR yet: the cluster is a few seconds old
		}
		time.Sleep(pause)
	}
}
