#include "small_site.h"

namespace provisioner::platform {

SmallSite::SmallSite() {
  desk_.write("hosts.yml",
              "instance_main: {hosts: {n01: {ansible_host: 127.0.0.2}, n06: {ansible_host: "
              "127.0.0.3}}}\ncontrol: {hosts: {n01: }}\nworker: {hosts: {n06: }}\n");
  desk_.write("group_vars/all.yml",
              "ansible_port: 1\nkubernetes_version: v1.34.4\n"
              "kubernetes_endpoint: {name: api.example.org, address: 10.0.0.5, port: 6443}\n"
              "instance_domain: x.example.org\n"
              "components: {load_balancer: absent, ingress: absent}\n"
              "storage_classes: [{name: local-path, kind: local_path, default: true}]\n");
}

void SmallSite::say(const std::string& variables) {
  desk_.write("group_vars/instance_main.yml", variables);
}

std::string SmallSite::state(const std::string& name) const {
  return desk_.path() + "/state/clusters/main/" + name;
}

void SmallSite::write_state(const std::string& name, const std::string& text) {
  desk_.write("state/clusters/main/" + name, text);
}

}  // namespace provisioner::platform
