// What a bundle says of where images come from.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/handoff/parts.h"

namespace provisioner::handoff {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using value::Dict;
using value::List;
using value::Value;

Instance pulling(Dict variables) {
  Instance instance;
  instance.registry = "registry.example.org:5000";
  instance.variables = Value(std::move(variables));
  instance.images = {{"nvcr.io/x/driver:2", "00"}};
  return instance;
}

std::vector<std::string> places(const Instance& instance) {
  const std::string start = "registry/certs.d/", end = "/hosts.toml";
  std::vector<std::string> names;
  for (const auto& [path, text] : registry_files(instance))
    if (path.starts_with(start))
      names.push_back(path.substr(start.size(), path.size() - start.size() - end.size()));
  return names;
}

std::string hosts(const Instance& instance, const std::string& name) {
  return registry_files(instance).at("registry/certs.d/" + name + "/hosts.toml");
}

TEST(RegistryFiles, RefuseWhatTheSiteHasNotBroughtIn) {
  const Instance instance = pulling({{"container_runtime_mirrored", List{"quay.io"}}});
  EXPECT_THAT(places(instance),
              ElementsAre("_default", "nvcr.io", "quay.io", "registry.example.org:5000"));
  EXPECT_EQ(hosts(instance, "_default"),
            "# /etc/containerd/certs.d/_default/hosts.toml; `ca` is tls/site-ca.crt.\n"
            "server = \"https://registry.example.org:5000/v2/mirror/not-brought-in\"\n"
            "capabilities = [\"pull\", \"resolve\"]\n"
            "ca = \"/usr/local/share/ca-certificates/site-provisioner.crt\"\n"
            "override_path = true\n\n"
            "[host.\"https://registry.example.org:5000/v2/mirror/not-brought-in\"]\n"
            "  capabilities = [\"pull\", \"resolve\"]\n"
            "  ca = \"/usr/local/share/ca-certificates/site-provisioner.crt\"\n"
            "  override_path = true\n");
}

TEST(RegistryFiles, LeaveOthersAsTheirNamesSayWhereTheSiteWantsThat) {
  EXPECT_THAT(places(pulling({{"container_runtime_mirrored", List{"quay.io", "ghcr.io"}},
                              {"container_runtime_direct", List{"ghcr.io"}},
                              {"container_runtime_only_registry", false}})),
              ElementsAre("nvcr.io", "quay.io", "registry.example.org:5000"));
}

TEST(RegistryFiles, NameTheProxiesOfARegistryOfOthers) {
  const Dict proxy{{"name", "quay.io"}, {"url", "https://quay.io"}};
  Dict said{{"registry_kind", "harbor"}, {"registry_proxies", List{Value(proxy)}}};
  const std::string text = hosts(pulling(said), "quay.io");
  EXPECT_THAT(text, HasSubstr("\n[host.\"https://registry.example.org:5000/v2/quay.io\"]\n"));
  EXPECT_THAT(text, Not(HasSubstr("ca =")));
  EXPECT_THAT(places(pulling(said)), Not(testing::Contains("_default")));
  said.set("registry_ca_file", "/etc/harbor.crt");
  EXPECT_THAT(hosts(pulling(said), "quay.io"),
              HasSubstr("\n  ca = \"/etc/containerd/registry-ca.crt\"\n"));
}

}  // namespace
}  // namespace provisioner::handoff
