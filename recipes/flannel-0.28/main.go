// flanneld over flannel's own packages, with the same flags, the same subnet.env and the same annotations of nodes. It
// knows the backends host-gw, ipip and vxlan, and no other store of subnets than the Kubernetes API.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/ipip"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/ipmatch"
	"github.com/flannel-io/flannel/pkg/lease"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/subnet/kube"
	"github.com/flannel-io/flannel/pkg/trafficmngr"
	"github.com/flannel-io/flannel/pkg/trafficmngr/iptables"
	"github.com/flannel-io/flannel/pkg/trafficmngr/nftables"
	log "k8s.io/klog/v2"
)

var version = "unknown" // set when linking

func main() {
	o := parseOptions()
	if o.showVersion {
		fmt.Println(version)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.ErrorS(err, "flanneld ends")
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	var ready atomic.Bool
	if o.healthPort > 0 {
		go serveHealth(fmt.Sprintf("%s:%d", o.healthAddress, o.healthPort), &ready)
	}
	manager, err := kube.NewSubnetManager(ctx, o.apiURL, o.kubeconfig, o.annotationPrefix, o.netConfig,
		true)
	if err != nil {
		return fmt.Errorf("subnets of the API: %w", err)
	}
	config, err := manager.GetNetworkConfig(ctx)
	if err != nil {
		return fmt.Errorf("'%s': %w", o.netConfig, err)
	}
	outside, err := externalInterface(ctx, o, manager, config)
	if err != nil {
		return err
	}
	var tasks sync.WaitGroup
	network, err := registerNetwork(ctx, &tasks, manager, config, outside)
	if err != nil {
		return err
	}
	if err := setRules(ctx, o, config, network.Lease()); err != nil {
		return err
	}
	// Written last of all: the CNI plugin takes the file for the sign that pods may be started.
	granted := network.Lease()
	if err := manager.HandleSubnetFile(o.subnetFile, config, o.masquerade, granted.Subnet,
		granted.IPv6Subnet, network.MTU()); err != nil {
		return fmt.Errorf("'%s': %w", o.subnetFile, err)
	}
	ready.Store(true)
	tasks.Go(func() { network.Run(ctx) })
	if err := manager.CompleteLease(ctx, granted, &tasks); err != nil {
		log.ErrorS(err, "the node's condition does not tell of its network")
	}
	tasks.Wait()
	return nil
}

func serveHealth(address string, ready *atomic.Bool) {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !ready.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})
	log.ErrorS(http.ListenAndServe(address, mux), "no health is served", "address", address)
}

// The first of the interfaces asked for that there is; without any, the one with the node's public address.
func externalInterface(ctx context.Context, o options, manager subnet.Manager,
	config *subnet.Config) (*backend.ExternalInterface, error) {
	family, err := ipmatch.GetIPFamily(config.EnableIPv4, config.EnableIPv6)
	if err != nil {
		return nil, err
	}
	public := o.publicIP
	if stored, _ := manager.GetStoredPublicIP(ctx); stored != "" {
		public = stored
	}
	wanted := o.interfaces
	if len(wanted) == 0 {
		wanted = names{public}
	}
	var reasons []error
	for _, name := range wanted {
		found, err := ipmatch.LookupExtIface(name, "", "", family, ipmatch.PublicIPOpts{PublicIP: public})
		if err == nil && found != nil {
			return found, nil
		}
		reasons = append(reasons, err)
	}
	return nil, fmt.Errorf("no interface of %v: %w", wanted, errors.Join(reasons...))
}

func registerNetwork(ctx context.Context, tasks *sync.WaitGroup, manager subnet.Manager,
	config *subnet.Config, outside *backend.ExternalInterface) (backend.Network, error) {
	kind, err := backend.NewManager(ctx, manager, outside).GetBackend(config.BackendType)
	if err != nil {
		return nil, err
	}
	network, err := kind.RegisterNetwork(ctx, tasks, config)
	if err != nil {
		return nil, fmt.Errorf("backend '%s': %w", config.BackendType, err)
	}
	return network, nil
}

func rulesBy(nft bool) trafficmngr.TrafficManager {
	if nft {
		return &nftables.NFTablesManager{}
	}
	return &iptables.IPTablesManager{}
}

func setRules(ctx context.Context, o options, config *subnet.Config, granted *lease.Lease) error {
	// What is left from before the configuration was changed would still be in force.
	if err := rulesBy(!config.EnableNFTables).CleanUp(ctx); err != nil {
		log.ErrorS(err, "rules of the other kind may be left")
	}
	rules := rulesBy(config.EnableNFTables)
	if err := rules.Init(ctx); err != nil {
		return fmt.Errorf("packet filter: %w", err)
	}
	if o.masquerade {
		none4, none6 := ip.IP4Net{}, ip.IP6Net{}
		if err := rules.SetupAndEnsureMasqRules(ctx, config.Network, none4, none4, config.IPv6Network,
			none6, none6, granted, o.ruleSeconds, false); err != nil {
			return fmt.Errorf("masquerading: %w", err)
		}
	}
	if o.forward {
		rules.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, o.ruleSeconds)
	}
	return nil
}

type names []string

func (n *names) String() string     { return fmt.Sprint(*n) }
func (n *names) Set(s string) error { *n = append(*n, s); return nil }

type options struct {
	apiURL, kubeconfig, annotationPrefix, netConfig, subnetFile string
	interfaces                                                  names
	publicIP                                                    string
	masquerade, forward, showVersion                            bool
	ruleSeconds                                                 int
	healthAddress                                               string
	healthPort                                                  int
}

func parseOptions() options {
	var o options
	flag.Bool("kube-subnet-mgr", true, "accepted: there is no other")
	flag.StringVar(&o.apiURL, "kube-api-url", "", "URL of the API server; empty in a pod")
	flag.StringVar(&o.kubeconfig, "kubeconfig-file", "", "kubeconfig; empty in a pod")
	flag.StringVar(&o.annotationPrefix, "kube-annotation-prefix", "flannel.alpha.coreos.com", "of annotations of nodes")
	flag.StringVar(&o.netConfig, "net-config-path", "/etc/kube-flannel/net-conf.json", "the network's configuration")
	flag.StringVar(&o.subnetFile, "subnet-file", "/run/flannel/subnet.env", "what the CNI plugin reads")
	flag.Var(&o.interfaces, "iface", "name or address of the interface to other nodes; the first that there is")
	flag.StringVar(&o.publicIP, "public-ip", "", "where other nodes reach this one")
	flag.BoolVar(&o.masquerade, "ip-masq", false, "masquerade what leaves the pods' network")
	flag.BoolVar(&o.forward, "iptables-forward-rules", true, "let through what is forwarded for pods")
	flag.IntVar(&o.ruleSeconds, "iptables-resync", 5, "seconds between two looks at the rules")
	flag.StringVar(&o.healthAddress, "healthz-ip", "127.0.0.1", "address of /healthz and /readyz")
	flag.IntVar(&o.healthPort, "healthz-port", 0, "port of /healthz and /readyz; 0: not served")
	flag.BoolVar(&o.showVersion, "version", false, "print the version and end")
	log.InitFlags(nil)
	flag.Parse()
	return o
}
