// Package main is cert-manager's controllers: certificates, issuers, ACME, and Ingresses that ask for certificates.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	configscheme "github.com/cert-manager/cert-manager/internal/apis/config/controller/scheme"
	versioned "github.com/cert-manager/cert-manager/pkg/apis/config/controller/v1alpha1"
	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/recipe/program"
)

func defaults() (*config.ControllerConfiguration, error) {
	scheme, _, err := configscheme.NewSchemeAndCodecs()
	if err != nil {
		return nil, err
	}
	said := &config.ControllerConfiguration{}
	return said, program.Defaults(scheme, &versioned.ControllerConfiguration{}, said)
}

// addFlags has those that the official manifest says, and those of resolvers, which a site with names of its own needs.
func addFlags(flags *pflag.FlagSet, said *config.ControllerConfiguration) {
	election, shim := &said.LeaderElectionConfig, &said.IngressShimConfig
	flags.StringVar(&said.KubeConfig, "kubeconfig", said.KubeConfig, "kubeconfig of the API; the pod's own where it is empty")
	flags.StringVar(&said.ClusterResourceNamespace, "cluster-resource-namespace", said.ClusterResourceNamespace,
		"namespace of the Secrets of ClusterIssuers")
	flags.BoolVar(&election.Enabled, "leader-elect", election.Enabled, "one at a time works")
	flags.StringVar(&election.Namespace, "leader-election-namespace", election.Namespace, "namespace of the lease")
	flags.IntVar(&said.MaxConcurrentChallenges, "max-concurrent-challenges", said.MaxConcurrentChallenges,
		"challenges under way at once")
	flags.StringVar(&said.ACMEHTTP01Config.SolverImage, "acme-http01-solver-image", said.ACMEHTTP01Config.SolverImage,
		"image of the pods that answer challenges over HTTP")
	flags.StringSliceVar(&said.ACMEHTTP01Config.SolverNameservers, "acme-http01-solver-nameservers",
		said.ACMEHTTP01Config.SolverNameservers, "HOST:PORT of servers of names that HTTP challenges are tried by")
	flags.StringSliceVar(&said.ACMEDNS01Config.RecursiveNameservers, "dns01-recursive-nameservers",
		said.ACMEDNS01Config.RecursiveNameservers, "HOST:PORT of servers of names that DNS challenges are tried by")
	flags.BoolVar(&said.ACMEDNS01Config.RecursiveNameserversOnly, "dns01-recursive-nameservers-only",
		said.ACMEDNS01Config.RecursiveNameserversOnly, "ask no authoritative server")
	flags.StringVar(&shim.DefaultIssuerName, "default-issuer-name", shim.DefaultIssuerName, "issuer of Ingresses that name none")
	flags.StringVar(&shim.DefaultIssuerKind, "default-issuer-kind", shim.DefaultIssuerKind, "its kind")
	flags.StringVar(&shim.DefaultIssuerGroup, "default-issuer-group", shim.DefaultIssuerGroup, "its group")
	logs.AddFlags(&said.Logging, flags)
}

func main() {
	said, err := defaults()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	flags := pflag.NewFlagSet("controller", pflag.ContinueOnError)
	addFlags(flags, said)
	program.Main(flags, &said.Logging, func(ctx context.Context) error { return run(ctx, said) })
}
