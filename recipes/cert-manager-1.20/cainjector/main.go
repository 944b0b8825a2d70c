// Package main is cert-manager's injector: it writes authorities into webhooks and kinds that ask for them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metrics "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	config "github.com/cert-manager/cert-manager/internal/apis/config/cainjector"
	configscheme "github.com/cert-manager/cert-manager/internal/apis/config/cainjector/scheme"
	"github.com/cert-manager/cert-manager/internal/kube"
	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	versioned "github.com/cert-manager/cert-manager/pkg/apis/config/cainjector/v1alpha1"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/util"
	"github.com/cert-manager/cert-manager/recipe/program"
)

func defaults() (*config.CAInjectorConfiguration, error) {
	scheme, _, err := configscheme.NewSchemeAndCodecs()
	if err != nil {
		return nil, err
	}
	said := &config.CAInjectorConfiguration{}
	return said, program.Defaults(scheme, &versioned.CAInjectorConfiguration{}, said)
}

func kinds() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientscheme.AddToScheme, certmanager.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

func run(ctx context.Context, said *config.CAInjectorConfiguration) error {
	scheme, err := kinds()
	if err != nil {
		return err
	}
	api, err := kube.BuildClientConfig("", said.KubeConfig)
	if err != nil {
		return err
	}
	ctrl.SetLogger(logs.FromContext(ctx, "cainjector"))
	election := said.LeaderElectionConfig
	manager, err := ctrl.NewManager(util.RestConfigWithUserAgent(api, "cainjector"), ctrl.Options{
		Scheme:                        scheme,
		LeaderElection:                election.Enabled,
		LeaderElectionNamespace:       election.Namespace,
		LeaderElectionID:              "cert-manager-cainjector-leader-election",
		LeaderElectionReleaseOnCancel: true,
		LeaderElectionResourceLock:    resourcelock.LeasesResourceLock,
		LeaseDuration:                 &election.LeaseDuration,
		RenewDeadline:                 &election.RenewDeadline,
		RetryPeriod:                   &election.RetryPeriod,
		Metrics:                       metrics.Options{BindAddress: said.MetricsListenAddress},
		// Secrets are read one by one: no copy of all that there are is kept here.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
	})
	if err != nil {
		return err
	}
	targets := said.EnableInjectableConfig
	err = cainjector.RegisterAllInjectors(ctx, manager, cainjector.SetupOptions{
		Namespace:                    said.Namespace,
		EnableCertificatesDataSource: said.EnableDataSourceConfig.Certificates,
		EnabledReconcilersFor: map[string]bool{
			cainjector.MutatingWebhookConfigurationName:   targets.MutatingWebhookConfigurations,
			cainjector.ValidatingWebhookConfigurationName: targets.ValidatingWebhookConfigurations,
			cainjector.APIServiceName:                     targets.APIServices,
			cainjector.CustomResourceDefinitionName:       targets.CustomResourceDefinitions,
		},
	})
	if err != nil {
		return err
	}
	return manager.Start(ctx)
}

func main() {
	said, err := defaults()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	flags := pflag.NewFlagSet("cainjector", pflag.ContinueOnError)
	flags.StringVar(&said.KubeConfig, "kubeconfig", said.KubeConfig, "kubeconfig of the API; the pod's own where it is empty")
	flags.StringVar(&said.LeaderElectionConfig.Namespace, "leader-election-namespace", said.LeaderElectionConfig.Namespace,
		"namespace of the lease")
	flags.BoolVar(&said.LeaderElectionConfig.Enabled, "leader-elect", said.LeaderElectionConfig.Enabled, "one at a time works")
	logs.AddFlags(&said.Logging, flags)
	program.Main(flags, &said.Logging, func(ctx context.Context) error { return run(ctx, said) })
}
