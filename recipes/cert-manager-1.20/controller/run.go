package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	config "github.com/cert-manager/cert-manager/internal/apis/config/controller"
	"github.com/cert-manager/cert-manager/internal/apis/config/controller/v1alpha1"
	"github.com/cert-manager/cert-manager/internal/pem"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/healthz"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	"github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/util"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/vault"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/venafi"
)

const lease = "cert-manager-controller"

func options(said *config.ControllerConfiguration) (controller.ContextOptions, error) {
	http01, dns01, shim := said.ACMEHTTP01Config, said.ACMEDNS01Config, said.IngressShimConfig
	nameservers := dns01.RecursiveNameservers
	if len(nameservers) == 0 {
		nameservers = util.RecursiveNameservers
	}
	made := controller.ContextOptions{
		APIServerHost: said.APIServerHost, Kubeconfig: said.KubeConfig, Namespace: said.Namespace,
		KubernetesAPIQPS: said.KubernetesAPIQPS, KubernetesAPIBurst: said.KubernetesAPIBurst,
		IssuerOptions: controller.IssuerOptions{
			ClusterResourceNamespace:        said.ClusterResourceNamespace,
			ClusterIssuerAmbientCredentials: said.ClusterIssuerAmbientCredentials,
			IssuerAmbientCredentials:        said.IssuerAmbientCredentials},
		ACMEOptions: controller.ACMEOptions{
			HTTP01SolverImage: http01.SolverImage, ACMEHTTP01SolverRunAsNonRoot: http01.SolverRunAsNonRoot,
			HTTP01SolverNameservers: http01.SolverNameservers,
			DNS01CheckAuthoritative: !dns01.RecursiveNameserversOnly, DNS01Nameservers: nameservers,
			DNS01CheckRetryPeriod: dns01.CheckRetryPeriod},
		IngressShimOptions: controller.IngressShimOptions{
			DefaultIssuerName: shim.DefaultIssuerName, DefaultIssuerKind: shim.DefaultIssuerKind,
			DefaultIssuerGroup:                shim.DefaultIssuerGroup,
			DefaultAutoCertificateAnnotations: shim.DefaultAutoCertificateAnnotations,
			ExtraCertificateAnnotations:       shim.ExtraCertificateAnnotations},
		CertificateOptions: controller.CertificateOptions{
			EnableOwnerRef: said.EnableCertificateOwnerRef, CopiedAnnotationPrefixes: said.CopiedAnnotationPrefixes,
			CertificateRequestMinimumBackoffDuration: said.CertificateRequestMinimumBackoffDuration},
		SchedulerOptions: controller.SchedulerOptions{MaxConcurrentChallenges: said.MaxConcurrentChallenges},
	}
	acme := &made.ACMEOptions
	for _, one := range []struct {
		text string
		into *resource.Quantity
	}{{http01.SolverResourceRequestCPU, &acme.HTTP01SolverResourceRequestCPU},
		{http01.SolverResourceRequestMemory, &acme.HTTP01SolverResourceRequestMemory},
		{http01.SolverResourceLimitsCPU, &acme.HTTP01SolverResourceLimitsCPU},
		{http01.SolverResourceLimitsMemory, &acme.HTTP01SolverResourceLimitsMemory}} {
		quantity, err := resource.ParseQuantity(one.text)
		if err != nil {
			return made, fmt.Errorf("%q is no quantity: %w", one.text, err)
		}
		*one.into = quantity
	}
	return made, nil
}

// elect returns when this one leads; what it answers ends when it does not lead any more.
func elect(ctx context.Context, root *controller.Context, said config.LeaderElectionConfig,
	watch *leaderelection.HealthzAdaptor) (<-chan struct{}, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, said.Namespace, lease, root.Client.CoreV1(),
		root.Client.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: host, EventRecorder: root.Recorder})
	if err != nil {
		return nil, err
	}
	leads, lost := make(chan struct{}), make(chan struct{})
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: lock, LeaseDuration: said.LeaseDuration, RenewDeadline: said.RenewDeadline, RetryPeriod: said.RetryPeriod,
		WatchDog: watch, ReleaseOnCancel: true, Name: lease,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(leads) },
			OnStoppedLeading: func() { close(lost) }}})
	if err != nil {
		return nil, err
	}
	go elector.Run(ctx)
	select {
	case <-leads:
		return lost, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func serve(ctx context.Context, group *errgroup.Group, server *http.Server, listener net.Listener) {
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return server.Shutdown(ending)
	})
}

func run(parent context.Context, said *config.ControllerConfiguration) error {
	limits := said.PEMSizeLimitsConfig
	pem.SetGlobalSizeLimits(pem.NewSizeLimitsFromConfig(
		limits.MaxCertificateSize, limits.MaxPrivateKeySize, limits.MaxChainLength, limits.MaxBundleSize))
	group, ctx := errgroup.WithContext(parent)
	wanted, err := options(said)
	if err != nil {
		return err
	}
	factory, err := controller.NewContextFactory(ctx, wanted)
	if err != nil {
		return err
	}
	root, err := factory.Build()
	if err != nil {
		return err
	}
	kinds := root.SharedInformerFactory.Certmanager().V1()
	root.Metrics.SetupACMECollector(root.SharedInformerFactory.Acme().V1().Challenges().Lister())
	root.Metrics.SetupCertificateCollector(kinds.Certificates().Lister())
	root.Metrics.SetupIssuerCollector(kinds.Issuers().Lister())
	root.Metrics.SetupClusterIssuerCollector(kinds.ClusterIssuers().Lister())
	measured, err := net.Listen("tcp", said.MetricsListenAddress)
	if err != nil {
		return err
	}
	serve(ctx, group, root.Metrics.NewServer(measured), measured)
	asked, err := net.Listen("tcp", said.HealthzListenAddress)
	if err != nil {
		return err
	}
	health := healthz.NewServer(said.LeaderElectionConfig.HealthzTimeout)
	group.Go(func() error { return health.Start(ctx, asked) })
	if said.LeaderElectionConfig.Enabled {
		lost, err := elect(ctx, root, said.LeaderElectionConfig, health.LeaderHealthzAdaptor)
		if err != nil {
			return err
		}
		group.Go(func() error {
			<-lost
			return errors.New("another one leads now")
		})
	}
	for name, make := range controller.Known() {
		if !slices.Contains(v1alpha1.DefaultEnabledControllers, name) {
			continue
		}
		one, err := make(factory)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		group.Go(func() error { return one.Run(said.NumberOfConcurrentWorkers, ctx) })
	}
	root.SharedInformerFactory.Start(ctx.Done())
	root.KubeSharedInformerFactory.Start(ctx.Done())
	root.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return group.Wait()
}
