#!/usr/bin/env python3
"""What the storage_classes role writes, and the driver for NFS that no lab can run: rendered as a run renders it, and read again.

    rendered_storage_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import sys
import unittest

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rendered_role import rendered as rendered_by  # noqa: E402

DEFAULT = "storageclass.kubernetes.io/is-default-class"


def rendered(template, **variables):
    documents = [one for one in rendered_by(PROGRAM, "storage_classes", template, **variables) if one]
    return {(one["kind"], one["metadata"]["name"]): one for one in documents}


class Classes(unittest.TestCase):
    KINDS = [{"name": "fast", "kind": "local_path", "path": "/data/local-path", "default": True}, {"name": "disk", "kind": "local"},
             {"name": "served", "kind": "nfs"},
             {"name": "made", "kind": "nfs_csi", "server": "nfs.example.org", "path": "/made", "mount_options": ["nfsvers=4.2"]},
             {"name": "scale", "kind": "gpfs_csi", "parameters": {"volBackendFs": "gpfs0", "version": "2"}, "reclaim": "Retain"}]

    def classes(self):
        documents = rendered("classes.yml.j2", cluster_members=[], storage_classes=self.KINDS)
        self.assertEqual({kind for kind, _ in documents}, {"StorageClass"})
        return {name: one for (_, name), one in documents.items()}

    def test_are_made_by_the_drivers_that_their_kinds_have(self):
        self.assertEqual({name: one["provisioner"] for name, one in self.classes().items()},
                         {"fast": "rancher.io/local-path", "disk": "kubernetes.io/no-provisioner", "served": "kubernetes.io/no-provisioner",
                          "made": "nfs.csi.k8s.io", "scale": "spectrumscale.csi.ibm.com"})

    def test_have_one_default_among_them(self):
        defaults = {name: one["metadata"]["annotations"][DEFAULT] for name, one in self.classes().items()}
        self.assertEqual(defaults, {"fast": "true", "disk": "false", "served": "false", "made": "false", "scale": "false"})

    def test_keep_what_nothing_could_make_anew_and_wait_for_a_node_where_disks_are_its_own(self):
        told = {name: (one["reclaimPolicy"], one["volumeBindingMode"]) for name, one in self.classes().items()}
        self.assertEqual(told, {"fast": ("Delete", "WaitForFirstConsumer"), "disk": ("Retain", "WaitForFirstConsumer"),
                                "served": ("Retain", "Immediate"), "made": ("Delete", "Immediate"), "scale": ("Retain", "Immediate")})

    def test_tell_their_driver_where(self):
        classes = self.classes()
        self.assertEqual({name: one.get("parameters") for name, one in classes.items()}, {
            "fast": {"nodePath": "/data/local-path"}, "disk": None, "served": None, "made": {"server": "nfs.example.org", "share": "/made"},
            "scale": {"volBackendFs": "gpfs0", "version": "2"}})
        self.assertEqual([name for name, one in classes.items() if "mountOptions" in one], ["made"])


class Volumes(unittest.TestCase):
    HANDLE = "0;2;13279652860103204829;099B6A7A:5EB99743;;fileset;/gpfs/gpfs0/project"

    def volumes(self):
        documents = rendered("classes.yml.j2", cluster_members=[], storage_classes=[],
                             nfs_volumes=[{"name": "project", "class": "served", "path": "/project", "size": "10Ti", "server": "nfs.example.org"},
                                          {"name": "datasets", "class": "served", "path": "/datasets", "size": "5Ti", "server": "nfs.example.org",
                                           "read_only": True}],
                             gpfs_volumes=[{"name": "scale-project", "class": "scale", "handle": self.HANDLE, "size": "10Ti"},
                                           {"name": "scale-datasets", "class": "scale", "handle": self.HANDLE, "size": "1Ti", "read_only": True}])
        self.assertEqual({kind for kind, _ in documents}, {"PersistentVolume"})
        return {name: one["spec"] for (_, name), one in documents.items()}

    def test_of_storage_scale_have_the_handle_of_its_driver(self):
        volumes = self.volumes()
        self.assertEqual(volumes["scale-project"]["csi"], {"driver": "spectrumscale.csi.ibm.com", "volumeHandle": self.HANDLE, "readOnly": False})
        self.assertEqual(volumes["scale-datasets"]["csi"]["readOnly"], True)

    def test_of_nfs_are_of_their_server_and_read_only_twice_where_they_are_so(self):
        volumes = self.volumes()
        self.assertEqual(volumes["project"]["nfs"], {"server": "nfs.example.org", "path": "/project", "readOnly": False})
        self.assertEqual(volumes["datasets"]["nfs"]["readOnly"], True)
        self.assertEqual([volumes[name]["mountOptions"] for name in ("project", "datasets")],
                         [["hard", "nfsvers=4.2"], ["hard", "nfsvers=4.2", "ro"]])

    def test_stay_when_their_claims_go_and_are_shared_by_nodes(self):
        volumes = self.volumes()
        self.assertEqual({one["persistentVolumeReclaimPolicy"] for one in volumes.values()}, {"Retain"})
        self.assertEqual({name: (one["storageClassName"], one["capacity"]["storage"], *one["accessModes"]) for name, one in volumes.items()}, {
            "project": ("served", "10Ti", "ReadWriteMany"), "datasets": ("served", "5Ti", "ReadOnlyMany"),
            "scale-project": ("scale", "10Ti", "ReadWriteMany"), "scale-datasets": ("scale", "1Ti", "ReadOnlyMany")})


class NfsDriver(unittest.TestCase):
    """csi-driver-nfs: that what the kubelet, its sidecars and the classes call it is one name and one socket."""

    IMAGES = {"storage_nfs_csi_image": "r/nfsplugin:1", "storage_csi_provisioner_image": "r/provisioner:1", "storage_csi_registrar_image": "r/registrar:1"}

    def setUp(self):
        self.documents = rendered("nfs_csi.yml.j2", **self.IMAGES)

    def pod(self, kind, name):
        return self.documents[kind, name]["spec"]["template"]["spec"]

    def test_has_the_name_that_classes_ask_for_and_attaches_nothing(self):
        spec = self.documents["CSIDriver", "nfs.csi.k8s.io"]["spec"]
        self.assertEqual(spec, {"attachRequired": False, "volumeLifecycleModes": ["Persistent"], "fsGroupPolicy": "File"})

    def test_is_told_to_the_kubelet_by_the_socket_that_it_listens_at(self):
        pod = self.pod("DaemonSet", "csi-nfs-node")
        registrar, driver = pod["containers"]
        paths = {one["name"]: one["hostPath"]["path"] for one in pod["volumes"]}
        self.assertIn(f"--kubelet-registration-path={paths['socket']}/csi.sock", registrar["args"])
        self.assertIn("--endpoint=unix:///csi/csi.sock", driver["args"])
        self.assertIn("--csi-address=/csi/csi.sock", registrar["args"])
        self.assertEqual((paths["registration"], paths["pods"]), ("/var/lib/kubelet/plugins_registry", "/var/lib/kubelet/pods"))

    def test_mounts_where_the_kubelet_sees_it(self):
        for kind, name in (("DaemonSet", "csi-nfs-node"), ("Deployment", "csi-nfs-controller")):
            pod = self.pod(kind, name)
            driver, = [one for one in pod["containers"] if one["name"] == "nfs"]
            mount, = [one for one in driver["volumeMounts"] if one["name"] == "pods"]
            self.assertEqual((mount["mountPath"], mount["mountPropagation"]), ("/var/lib/kubelet/pods", "Bidirectional"), name)
            self.assertEqual((driver["image"], driver["securityContext"]), ("r/nfsplugin:1", {"privileged": True}))
            self.assertEqual({one["name"] for one in driver["volumeMounts"]} - {one["name"] for one in pod["volumes"]}, set())

    def test_is_on_each_node_and_survives_what_crowds_them(self):
        pod = self.pod("DaemonSet", "csi-nfs-node")
        self.assertEqual((pod["tolerations"], pod["priorityClassName"]), ([{"operator": "Exists"}], "system-node-critical"))

    def test_has_one_controller_that_leads_with_the_rights_of_its_own_account(self):
        pod = self.pod("Deployment", "csi-nfs-controller")
        self.assertIn("--leader-election", pod["containers"][0]["args"])
        binding = self.documents["ClusterRoleBinding", "csi-nfs-controller"]
        self.assertEqual([(one["name"], one["namespace"]) for one in binding["subjects"]], [(pod["serviceAccountName"], "kube-system")])
        rights = {name: rule["verbs"] for rule in self.documents["ClusterRole", "csi-nfs-controller"]["rules"] for name in rule["resources"]}
        self.assertTrue({"create", "delete"} <= set(rights["persistentvolumes"]))
        self.assertNotIn("secrets", rights)


if __name__ == "__main__":
    unittest.main()
