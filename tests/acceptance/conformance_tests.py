"""Which of the official conformance tests a lab's cluster is tried with: over nodes, pods, services, names, volumes and rights.

Left out are those that ask for images which no recipe makes, those that take minutes, and those that are disruptive.
"""

NODES = """
[sig-node] Lease lease API should be available
[sig-node] Node Lifecycle should run through the lifecycle of a node
[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass [NodeConformance]
[sig-node] RuntimeClass should support RuntimeClasses API operations
"""

PODS = """
[sig-node] ConfigMap should be consumable via environment variable [NodeConformance]
[sig-node] Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart exec hook properly [NodeConformance]
[sig-node] Containers should use the image defaults if command and args are blank [NodeConformance]
[sig-node] Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars [NodeConformance]
[sig-node] Downward API should provide pod name, namespace and IP address as env vars [NodeConformance]
[sig-node] Ephemeral Containers [NodeConformance] will start an ephemeral container in an existing pod
[sig-node] InitContainer [NodeConformance] should invoke init containers on a RestartNever pod
[sig-node] Kubelet when scheduling a busybox command in a pod should print the output to logs [NodeConformance]
[sig-node] Kubelet when scheduling a read only busybox container should not write to root filesystem [LinuxOnly] [NodeConformance]
[sig-node] Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts [NodeConformance]
[sig-node] KubeletManagedEtcHosts should test kubelet managed /etc/hosts file [NodeConformance]
[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu
[sig-node] Pods should be submitted and removed [NodeConformance]
[sig-node] Pods should be updated [NodeConformance]
[sig-node] Pods should contain environment variables for services [NodeConformance]
[sig-node] Pods should delete a collection of pods
[sig-node] Pods should get a host IP [NodeConformance]
[sig-node] Pods should patch a pod status
[sig-node] Pods should run through the lifecycle of Pods and PodStatus
[sig-node] Pods should support remote command execution over websockets [NodeConformance]
[sig-node] Pods should support retrieving logs from the container over websockets [NodeConformance]
[sig-node] Secrets should be consumable from pods in env vars [NodeConformance]
[sig-node] Security Context When creating a container with runAsUser should run the container with uid 65534 [LinuxOnly] [NodeConformance]
[sig-node] Security Context When creating a pod with privileged should run the container as unprivileged when false [LinuxOnly] [NodeConformance]
[sig-node] Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup [LinuxOnly]
[sig-node] Variable Expansion should allow composing env vars into new env vars [NodeConformance]
"""

SERVICES = """
[sig-network] EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service
[sig-network] EndpointSlice should have Endpoints and EndpointSlices pointing to API Server
[sig-network] HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol [LinuxOnly]
[sig-network] Ingress API should support creating Ingress API operations
[sig-network] IngressClass API should support creating IngressClass API operations
[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: http [NodeConformance]
[sig-network] Networking Granular Checks: Pods should function for node-pod communication: http [LinuxOnly] [NodeConformance]
[sig-network] Services should be able to create a functioning NodePort service
[sig-network] Services should provide secure master service
[sig-network] Services should serve a basic endpoint from pods
[sig-network] Services should serve endpoints on same port and different protocols
[sig-network] Services should serve multiport endpoints from pods
"""

NAMES = """
[sig-network] DNS should provide /etc/hosts entries for the cluster
[sig-network] DNS should provide DNS for ExternalName services
[sig-network] DNS should provide DNS for pods for Hostname
[sig-network] DNS should provide DNS for pods for Subdomain
[sig-network] DNS should provide DNS for services
[sig-network] DNS should provide DNS for the cluster
"""

VOLUMES = """
[sig-storage] ConfigMap should be consumable from pods in volume [NodeConformance]
[sig-storage] Downward API volume should provide podname only [NodeConformance]
[sig-storage] Downward API volume should set mode on item file [LinuxOnly] [NodeConformance]
[sig-storage] EmptyDir volumes pod should support shared volumes between containers
[sig-storage] EmptyDir volumes should support (non-root,0777,default) [LinuxOnly] [NodeConformance]
[sig-storage] EmptyDir volumes should support (root,0644,tmpfs) [LinuxOnly] [NodeConformance]
[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC
[sig-storage] Projected combined should project all components that make up the projection API [Projection] [NodeConformance]
[sig-storage] Projected secret should be consumable in multiple volumes in a pod [NodeConformance]
[sig-storage] Secrets should be consumable from pods in volume [NodeConformance]
[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a StorageClass
"""

RIGHTS = """
[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations
[sig-auth] ServiceAccounts ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer
[sig-auth] ServiceAccounts should allow opting out of API token automount
[sig-auth] ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview
[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace
[sig-auth] ServiceAccounts should mount an API token into pods
[sig-auth] ServiceAccounts should update a ServiceAccount
[sig-auth] SubjectReview should support SubjectReview API operations
"""

CHOSEN = [line + " [Conformance]" for part in (NODES, PODS, SERVICES, NAMES, VOLUMES, RIGHTS) for line in part.split("\n") if line]
