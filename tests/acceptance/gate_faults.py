"""Faults for tests/acceptance/gates: each is planted on the cluster or said in its inventory, found by one gate with a
sentence that names it, and mended."""

import json
import subprocess

from cluster_lab import timed

KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
WAIT_READY = f"timeout 150 sh -c 'until {KUBECTL} get node n07 --no-headers | grep -q \" Ready\"; do sleep 1; done'"
WAIT_AWAY = f"timeout 150 sh -c 'until {KUBECTL} get node n07 --no-headers | grep -q NotReady; do sleep 1; done'"
DIGEST = "sha256:" + "0" * 64
ALLOW_ALL = {"apiVersion": "cilium.io/v2", "kind": "CiliumClusterwideNetworkPolicy", "metadata": {"name": "allow-all"},
             "spec": {"endpointSelector": {}, "ingress": [{"fromEntities": ["all"]}], "egress": [{"toEntities": ["all"]}]}}
DEFAULT_CLASS = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass",
                 "metadata": {"name": "second", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
                 "spec": {"controller": "example.org/nobody"}}
STRAY = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "stray"},
         "provisioner": "example.org/nobody"}
SECOND_DEFAULT = {**STRAY, "metadata": {"name": "stray", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}
IS_DEFAULT = "storageclass.kubernetes.io/is-default-class"


class NotPlanted(Exception):
    pass


class Fault:
    """`plant` and `mend` are (node, command of root's) each, or `by_lab` tells both of a lab; `say` are variables of the instance
    while it is there; `anew` are addresses that this machine forgets the way to, as if it had never been there; `awaited` is
    what n01 waits for once it is planted, and once it is mended."""

    def __init__(self, name, gate, says, plant=None, mend=None, say=None, anew=None, by_lab=None, awaited=(None, None)):
        self.name, self.gate, self.says, self.plant, self.mend, self.say, self.anew = name, gate, says, plant, mend, say, anew
        self.by_lab, self.awaited = by_lab, awaited

    def begin(self, lab):
        if self.by_lab is not None:
            self.plant, self.mend = self.by_lab(lab)
        self.put(lab, self.plant, self.say, self.awaited[0])
        if self.anew:
            subprocess.run(["ip", "neigh", "flush", "to", self.anew], check=True)

    def end(self, lab):
        self.put(lab, self.mend, {}, self.awaited[1])

    def put(self, lab, on_node, said, awaited):
        if self.say is not None:
            lab.say({**lab.own, **said})
        for node, command in filter(None, [on_node, awaited and ("n01", awaited)]):
            done = lab.ssh_for(node, command, 200)
            if done.returncode != 0:
                raise NotPlanted(f"{node}: {command}: status {done.returncode}\n{done.stdout}{done.stderr}")


def find(figures, lab, fault, *words):
    """Whether the fault is found; it is mended, whatever happens."""
    says = False
    try:
        fault.begin(lab)
        seconds, (status, told, text) = timed(lab.gates, "--gate", fault.gate, *words)
        one = told.get(fault.gate, {})
        says = fault.says in "\n".join([one.get("text", ""), *one.get("details", [])])
        figures.claim(f"{fault.gate}: {fault.name}", (status, one.get("result"), says), (2, "failed", True), text)
        figures.note(f"found in {seconds:.0f} s: {one.get('text')}")
    except NotPlanted as problem:
        figures.claim(f"{fault.gate}: {fault.name}: planted", str(problem), "")
    finally:
        try:
            fault.end(lab)
        except NotPlanted as problem:
            figures.claim(f"{fault.gate}: {fault.name}: mended", str(problem), "")
    return says


def lost_way(lab):
    """Packets from n06 to the pods of n07 go nowhere: by a rule, since the pod network puts routes of its own right."""
    subnet = lab.on("n01", f"{KUBECTL} get node n07 -o jsonpath={{.spec.podCIDR}}").strip()
    return [("n06", f"ip rule {act} blackhole to {subnet} priority 50") for act in ("add", "del")]


def kube(words):
    return "n01", f"{KUBECTL} {words}"


def make(thing):
    return "n01", f"echo '{json.dumps(thing)}' | {KUBECTL} apply -f -"


def kept(kind, namespace=""):
    """Takes a thing away, and has it again as it was."""
    where = f"--namespace {namespace} " if namespace else ""
    file = "/root/kept-" + kind.replace("/", "-") + ".json"
    clean = "jq 'del(.metadata.resourceVersion, .metadata.uid, .metadata.creationTimestamp, .status)'"
    return (("n01", f"{KUBECTL} {where}get {kind} -o json | {clean} >{file} && {KUBECTL} {where}delete {kind} --wait"),
            ("n01", f"{KUBECTL} apply -f {file}"))


def scaled(deployment, namespace, count):
    wait = f"{KUBECTL} --namespace {namespace} rollout status --timeout 120s {deployment}"
    return (kube(f"--namespace {namespace} scale {deployment} --replicas 0"),
            ("n01", f"{KUBECTL} --namespace {namespace} scale {deployment} --replicas {count} && {wait}"))


def expired_certificate():
    """In place of the ingress' own, with its names, one that has ended."""
    file = "/root/kept-certificate.json"
    clean = "jq 'del(.metadata.resourceVersion, .metadata.uid, .metadata.creationTimestamp)'"
    roll = f"{KUBECTL} --namespace site-ingress rollout restart daemonset/traefik && {KUBECTL} --namespace site-ingress rollout status --timeout 120s daemonset/traefik"
    make_one = ("cd /root && openssl req -x509 -newkey rsa:2048 -nodes -keyout old.key -out old.crt -subj /CN=old -days 1 "
                "-addext 'subjectAltName=DNS:*.one.lab.example.org' 2>/dev/null && openssl x509 -x509toreq -in old.crt -signkey old.key -out old.csr 2>/dev/null; "
                "openssl ca -help >/dev/null 2>&1; mkdir -p ca && : >ca/index.txt && echo 01 >ca/serial && "
                "printf '[ca]\\ndefault_ca=it\\n[it]\\ndatabase=/root/ca/index.txt\\nserial=/root/ca/serial\\nnew_certs_dir=/root/ca\\ndefault_md=sha256\\npolicy=any\\nunique_subject=no\\n[any]\\ncommonName=supplied\\n' >ca/cnf && "
                "openssl ca -batch -config ca/cnf -selfsign -keyfile old.key -cert old.crt -in old.csr -startdate 20200101000000Z -enddate 20200201000000Z -out old.pem -notext 2>/dev/null")
    return (("n01", f"{KUBECTL} --namespace site-ingress get secret standard-certificate -o json | {clean} >{file} && {make_one} && "
                    f"{KUBECTL} --namespace site-ingress create secret tls standard-certificate --cert /root/old.pem --key /root/old.key --dry-run=client -o json | "
                    f"{KUBECTL} replace -f - && {roll}"),
            ("n01", f"{KUBECTL} replace --force -f {file} && {roll}"))


def faults(network):
    pool, unpool = kept("ipaddresspool/inward", "metallb-system")
    unadvertise, advertise = kept("l2advertisement/inward", "metallb-system")
    unclass, reclass = kept("ingressclass/traefik")
    unstore, restore = kept("storageclass/disk")
    unbind, bind = kept("validatingadmissionpolicybinding/vetted-images")
    disown, own = kept("rolebinding/provisioner:operators:admin", "team")
    unbound, bound = kept("resourcequota/declared", "team")
    dns = scaled("deployment/coredns", "kube-system", 2)
    maker = scaled("deployment/local-path-provisioner", "local-path-storage", 1)
    metrics = scaled("deployment/metrics-server", "kube-system", 1)
    expired, renewed = expired_certificate()
    readers = '{{"spec": {{"template": {{"spec": {{"nodeSelector": {0}}}}}}}}}'
    ingress = f"{KUBECTL} --namespace site-ingress patch daemonset traefik --type merge -p '{readers}'"
    logs = f"{KUBECTL} --namespace site-logs patch daemonset collector --type merge -p '{readers}'"
    mirror = "/etc/containerd/certs.d/docker.io/hosts.toml"
    return [
        Fault("a node's label is gone", "C-2", "n06: the label science/pool=lab of the inventory is missing",
              kube("label node n06 science/pool-"), kube("label node n06 science/pool=lab")),
        Fault("a node's label is another", "C-2", "n06: the label science/pool is 'other', the inventory has 'lab'",
              kube("label node n06 science/pool=other --overwrite"), kube("label node n06 science/pool=lab --overwrite")),
        Fault("a node's taint is missing", "C-2", "n07: the taint site/quiet=yes:PreferNoSchedule of the inventory is missing",
              kube("taint node n07 site/quiet-"), kube("taint node n07 site/quiet=yes:PreferNoSchedule")),
        Fault("a node has a taint of nobody's", "C-2", "n06: the taint some/one=was:PreferNoSchedule is on it, and the inventory has none",
              kube("taint node n06 some/one=was:PreferNoSchedule"), kube("taint node n06 some/one-")),
        Fault("a node is cordoned", "C-2", "n07: it takes no pods: it is cordoned", kube("cordon n07"), kube("uncordon n07")),
        Fault("a kubelet has stopped", "C-2", "n07: it is not Ready", ("n07", "systemctl stop kubelet"),
              ("n07", "systemctl start kubelet"), awaited=(WAIT_AWAY, WAIT_READY)),
        Fault("a certificate ends in five days", "C-2", "n04: the certificate /etc/site-registry/tls.crt ends within 5 days",
              ("n04", "cp -p /etc/site-registry/tls.crt /root/kept.crt && openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null "
                      "-out /etc/site-registry/tls.crt -days 5 -subj /CN=registry.lab 2>/dev/null"),
              ("n04", "cp -p /root/kept.crt /etc/site-registry/tls.crt")),
        Fault("a kubelet is older than what is asked for", "C-2", "its kubelet is 1.34.4, the inventory asks for 1.34.9",
              say={"kubernetes_version": "v1.34.9"}),
        Fault("the name service is scaled to none", "C-3", "no name is resolved in pods: CoreDNS is scaled to 0", *dns),
        Fault("a way between two nodes is lost", "C-3", "n06: pods on n06 do not reach pods on n07", by_lab=lost_way),
        Fault("nothing stops what policies forbid", "C-4", "no NetworkPolicy is enforced: each of 24 packets that must not pass did",
              make(ALLOW_ALL), kube("delete ciliumclusterwidenetworkpolicy allow-all")),
        Fault("a pool of addresses is gone", "C-5", "a Service gets no address: the pool 'inward' of the inventory is not on the cluster", pool, unpool),
        Fault("a pool has other addresses", "C-5", f"is of none of the ranges that the inventory has for the pool 'inward'",
              kube("--namespace metallb-system patch ipaddresspool inward --type merge -p '{\"spec\": {\"addresses\": [\"" + f"{network}.240-{network}.245" + "\"]}}'"),
              kube("--namespace metallb-system patch ipaddresspool inward --type merge -p '{\"spec\": {\"addresses\": [\"" + f"{network}.200-{network}.219" + "\"]}}'")),
        Fault("nobody answers for addresses", "C-5", "the controller does not reach the load balancer's address", unadvertise, advertise,
              anew=f"{network}.192/26"),
        Fault("a second default ingress class", "C-6", "two ingress classes are the default: second traefik", make(DEFAULT_CLASS),
              kube("delete ingressclass second")),
        Fault("the ingress class is gone", "C-6", "there is no ingress class 'traefik', and the ingress is ours", unclass, reclass),
        Fault("the ingress has no pods", "C-6", "0 of 0 pods of the ingress are ready", ("n01", ingress.format('{"no": "node"}')),
              ("n01", ingress.format('{"no": null}') + f" && {KUBECTL} --namespace site-ingress rollout status --timeout 120s daemonset/traefik")),
        Fault("the ingress' certificate has expired", "C-7", "the certificate that the ingress shows has expired", expired, renewed),
        Fault("a second default storage class", "C-8", "2 storage classes are the default: local-path stray", make(SECOND_DEFAULT),
              kube("delete storageclass stray")),
        Fault("no default storage class", "C-8", "no storage class is the default: a claim that names none waits for ever",
              kube(f"annotate storageclass local-path {IS_DEFAULT}=false --overwrite"),
              kube(f"annotate storageclass local-path {IS_DEFAULT}=true --overwrite")),
        Fault("a storage class of nobody's", "C-8", "there is a storage class 'stray' that the inventory does not have", make(STRAY),
              kube("delete storageclass stray")),
        Fault("a storage class is gone", "C-8", "the storage class 'disk' of the inventory is not there", unstore, restore),
        Fault("a storage class keeps what it should remove", "C-8", "the class 'local-path' has the reclaimPolicy Delete, and Retain is declared",
              say={"storage_classes": [{"name": "local-path", "kind": "local_path", "default": True, "reclaim": "Retain"}, {"name": "disk", "kind": "local"}]}),
        Fault("nodes' own logs are sent on", "C-11", "log readers read files of the nodes themselves, and the inventory asks for none: /var/log/syslog",
              ("n01", f"{KUBECTL} --namespace site-logs get secret collector -o json >/root/kept-collector.json && "
                      "jq '.data[\"collector.yml\"] |= (@base64d + \"\\n# what somebody added\\n    include: [/var/log/syslog]\\n\" | @base64)' /root/kept-collector.json | "
                      f"{KUBECTL} replace -f -"),
              ("n01", f"jq 'del(.metadata.resourceVersion)' /root/kept-collector.json | {KUBECTL} replace -f -")),
        Fault("nobody makes volumes", "C-8", "local-path-provisioner has 0 of 0 ready", *maker),
        Fault("a node's mirror is broken", "C-10", "n06: n06 does not pull through the registry's mirror",
              ("n06", f"cp -p {mirror} /root/kept.toml && sed -i 's|registry.lab:5000|registry.lab:5999|' {mirror}"),
              ("n06", f"cp -p /root/kept.toml {mirror}")),
        Fault("images are not held to what was vetted", "C-10", "takes an image that nobody has vetted into the namespace 'pages': the policy 'vetted-images' is not bound", unbind, bind),
        Fault("the registry takes no pushes", "C-10", "n04: the registry's service 'push' does not run",
              ("n04", "systemctl stop site-registry@push"), ("n04", "systemctl start site-registry@push")),
        Fault("nobody reads logs", "C-11", "a line that a pod wrote was not found within 60 s", ("n01", logs.format('{"no": "node"}')),
              ("n01", logs.format('{"no": null}') + f" && {KUBECTL} --namespace site-logs rollout status --timeout 120s daemonset/collector")),
        Fault("metrics are away", "C-12", "the API knows no metrics", *metrics),
        Fault("a role may more than is declared", "C-13", "'viewers' may in 'team', and must not: ",
              kube("--namespace team create rolebinding stray --clusterrole edit --group provisioner:viewers"),
              kube("--namespace team delete rolebinding stray")),
        Fault("a role's binding is gone", "C-13", "'operators' may not in 'team', and must: ", disown, own),
        Fault("nothing bounds a namespace", "C-13", "nothing bounds what 'team' may take: its quota is gone", unbound, bound),
        Fault("more is asked for than fits", "C-14", "and with one node lost 1.8 cores", say={"gates_capacity": {"cpu": 10}}),
        Fault("an image is missing", "C-15", f"docker.io/library/missing@{DIGEST} is to run here, and the site's registry does not have it",
              say={"gates_images": [f"docker.io/library/missing@{DIGEST}"]}),
        Fault("an image is named by a tag", "C-15", "docker.io/library/busybox:1.35 is named by a tag",
              say={"gates_images": ["docker.io/library/busybox:1.35"]}),
        Fault("the administrator's file is open", "C-16", "n01: /etc/kubernetes/admin.conf may be read by others (mode 644, of root)",
              ("n01", "chmod 644 /etc/kubernetes/admin.conf"), ("n01", "chmod 600 /etc/kubernetes/admin.conf")),
        Fault("a limit is declared too low", "C-17", "the inventory asks for vm.max_map_count = 65530, and 262144 is the least",
              say={"kernel_parameters": {"vm.max_map_count": 65530}}),
        Fault("a parameter of the kernel was changed", "C-17", "n06: net.ipv6.conf.all.forwarding is 0, the inventory asks for 1",
              ("n06", "sysctl -qw net.ipv6.conf.all.forwarding=0"), ("n06", "sysctl -qw net.ipv6.conf.all.forwarding=1")),
        Fault("a clock is an hour ahead", "C-1", "s ahead of the controller's",
              ("n07", "printf '#!/bin/sh\\nexec /bin/date -d \"+1 hour\" \"$@\"\\n' >/usr/local/bin/date && chmod 755 /usr/local/bin/date"),
              ("n07", "rm /usr/local/bin/date")),
        Fault("a name leads elsewhere", "C-1", f"n06: the name n07 leads to {network}.99, and the inventory has {network}.17",
              ("n06", f"cp -p /etc/hosts /root/kept-hosts && sed -i 's/^{network}.17/{network}.99/' /etc/hosts"),
              ("n06", "cp -p /root/kept-hosts /etc/hosts")),
    ]
