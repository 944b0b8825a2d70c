// What roles declare that they take, for the nodes of one instance.

#include "provisioner/front/cluster/instance_needs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cluster/cluster_components.h"

namespace provisioner::cluster {
namespace {

using artifacts::Need;
using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::seconds patience_with_kubeadm{30};
constexpr const char* kubeadm_images = "control_plane";  // the role that declares what it pulls

struct UsedRole {
  std::string name;
  std::vector<std::string> nodes;
};

Value said_or(cli::RoleVariables& roles, const std::string& role, const std::string& node,
              const std::string& variable, Value otherwise) {
  return roles.of(role, node, variable).value_or(std::move(otherwise));
}

// Which roles playbooks/cluster/ has for which nodes.
std::vector<UsedRole> used_roles(const cli::ClusterSite& site, cli::RoleVariables& roles) {
  const std::vector<std::string> members = site.wish.node_names();
  const std::vector<std::string> control = site.wish.control_names();
  const std::vector<std::string> first = {control.front()};
  std::vector<UsedRole> used = {{"site_pki", members},
                                {"container_runtime", members},
                                {"kubernetes_node", members},
                                {"control_plane", control},
                                {"pod_network", first}};
  const Value endpoint_by =
      said_or(roles, "control_plane", control.front(), "kubernetes_endpoint_by", std::string());
  if (endpoint_by == Value("keepalived")) used.push_back({"api_endpoint", control});
  if (endpoint_by == Value("kube_vip")) used.push_back({"kube_vip", control});
  if (!site.own_registry.empty() && site.profile.is_ours("registry")) {
    used.push_back({"site_pki", site.own_registry});
    used.push_back({"registry", site.own_registry});
  }
  for (const std::string& component : component_roles(site)) used.push_back({component, first});
  used.push_back({"bastion", site.bastions});
  if (!site.profile.is_ours("metrics")) return used;
  const Value is_measured = said_or(roles, "node_exporter", control.front(), "metrics_of_nodes",
                                    !site.monitoring.empty());
  if (is_measured.is_boolean() && is_measured.boolean()) {
    used.push_back({"node_exporter", members});
    used.push_back({"node_exporter", site.monitoring});
  }
  used.push_back({"prometheus", site.monitoring});
  return used;
}

[[noreturn]] void refuse(const std::string& variable, const Value& found,
                         const std::string& expected) {
  throw Error(Kind::input,
              "'" + variable + "' is " + expected + ", found " + std::string(name_of(found.kind())),
              found.pos());
}

// What a role declares under this name: a list, or nothing.
value::List declared(cli::RoleVariables& roles, const std::string& role, const std::string& node,
                     const std::string& what) {
  const std::string variable = role + "_" + what;
  const Value list = said_or(roles, role, node, variable, value::List());
  if (!list.is_list()) refuse(variable, list, "a list");
  return list.list();
}

std::string text_in(const Value& item, const std::string& variable) {
  if (!item.is_string()) refuse(variable, item, "a list of texts");
  if (item.text().empty())
    throw Error(Kind::input, "'" + variable + "' has an empty name: the inventory does not say it",
                item.pos())
        .set_hint("give the variable that stands in it, as the role's defaults/main.yml has it");
  return item.text();
}

void add_artifacts(cli::RoleVariables& roles, const UsedRole& role, const std::string& node,
                   std::vector<Need>& needs) {
  for (const Value& item : declared(roles, role.name, node, "artifacts")) {
    const std::string variable = role.name + "_artifacts";
    const Value *name = item.find("name"), *version = item.find("version");
    if (name == nullptr || version == nullptr || !name->is_string() || !version->is_string())
      refuse(variable, item, "a list of dicts with the texts 'name' and 'version'");
    needs.push_back({artifacts::Kind::file, name->text(), version->text(), role.name});
  }
}

// Of the image's registry the site's keeps a cache, or has a proxy for it.
bool is_cached(const std::string& image, const value::List& upstreams) {
  return std::ranges::any_of(upstreams, [&](const Value& upstream) {
    const std::string name = value::text_or(upstream, "name", "");
    return !name.empty() && image.starts_with(name + "/");
  });
}

// A program for this machine, by where its header says for which it is (ELF, e_machine), or a
// script: what is neither a shell would take for one.
bool can_run(const std::string& program) {
  constexpr std::size_t machine_at = 18, machine_size = 2;
  const auto head = [](const std::string& path) {
    std::string bytes(machine_at + machine_size, '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), std::ssize(bytes));
    return bytes;
  };
  const std::string its = head(program), ours = head("/proc/self/exe");
  return its.starts_with("#!") || (its.substr(0, 4) == ours.substr(0, 4) &&
                                   its.substr(machine_at) == ours.substr(machine_at));
}

// The names that kubeadm of this version pulls; none where it cannot be asked here.
std::vector<std::string> asked_of_kubeadm(const ClusterWork& work, const artifacts::Store& store) {
  const std::string version = "v" + work.site.wish.version.text();
  const std::vector<artifacts::Locked> locked = work.artifacts.locked();
  const artifacts::Locked* entry = artifacts::find_entry(locked, "kubeadm", version);
  if (entry == nullptr || !store.size_of(entry->sha256) ||
      !store.damage_of(entry->sha256).empty() || !can_run(store.path(entry->sha256)))
    return {};
  const os::TemporaryDirectory place = store.work_place();
  const std::string program = os::join_path(place.path(), "kubeadm");
  std::filesystem::copy_file(store.path(entry->sha256), program);
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const os::CommandResult said =
      os::run({.argv = {"env", program, "config", "images", "list", "--kubernetes-version", version,
                        "--kubeconfig", "/dev/null"},
               .deadline = patience_with_kubeadm});
  if (said.status != 0) return {};
  std::vector<std::string> images;
  for (const std::string_view line : base::lines_of(said.out))
    if (!base::trim(line).empty()) images.emplace_back(base::trim(line));
  return images;
}

void add_images(const ClusterWork& work, const artifacts::Store& store,
                const std::vector<UsedRole>& used, cli::RoleVariables& roles,
                std::vector<Need>& needs) {
  if (work.site.registry.empty()) return;
  const std::string& node = work.site.wish.control.front().name;
  value::List upstreams = declared(roles, "container_runtime", node, "pull_through");
  for (const Value& proxy : declared(roles, "container_runtime", node, "proxies"))
    upstreams.push_back(proxy);
  const auto add = [&](const std::string& image, const std::string& by) {
    if (!is_cached(image, upstreams)) needs.push_back({artifacts::Kind::image, image, "", by});
  };
  const std::vector<std::string> exact = asked_of_kubeadm(work, store);
  for (const std::string& image : exact) add(image, "kubeadm v" + work.site.wish.version.text());
  for (const UsedRole& role : used) {
    if (role.name == kubeadm_images && !exact.empty()) continue;
    for (const std::string& user : role.nodes)
      for (const Value& item : declared(roles, role.name, user, "images"))
        add(text_in(item, role.name + "_images"), role.name);
  }
}

value::Dict told_roles(const cli::ClusterSite& site) {
  return {{"cluster_instance", site.wish.instance},
          {"component_owners", owners_variable(site.profile)}};
}

cli::RoleVariables roles_for(const ClusterWork& work) {
  return {work.words, told_roles(work.site)};
}

void look_at(cli::RoleVariables& roles, const UsedRole& role, const std::string& node) {
  std::vector<Need> unused;
  add_artifacts(roles, role, node, unused);
  for (const char* what : {"images", "packages"})
    for (const Value& item : declared(roles, role.name, node, what))
      text_in(item, role.name + "_" + what);
  for (const Value& line : declared(roles, "base", node, "apt_sources"))
    text_in(line, "base_apt_sources");
}

}  // namespace

std::vector<Need> instance_needs(const ClusterWork& work, const artifacts::Store& store) {
  cli::RoleVariables roles = roles_for(work);
  const std::vector<UsedRole> used = used_roles(work.site, roles);
  std::vector<Need> needs;
  for (const UsedRole& role : used)
    for (const std::string& node : role.nodes) add_artifacts(roles, role, node, needs);
  add_images(work, store, used, roles, needs);
  return needs;
}

void check_needs(const cli::ClusterSite& site, cli::RoleVariables& roles,
                 base::Diagnostics& diagnostics) {
  roles.tell(told_roles(site));
  const auto guarded = [&](const auto& look) {
    try {
      look();
    } catch (const Error& error) {
      if (cli::ends_all(error)) throw;
      value::add_once(diagnostics, error);
    }
  };
  guarded([&] {
    for (const UsedRole& role : used_roles(site, roles))
      for (const std::string& node : role.nodes) guarded([&] { look_at(roles, role, node); });
  });
}

std::vector<PackageNeeds> package_needs(const ClusterWork& work) {
  cli::RoleVariables roles = roles_for(work);
  std::vector<PackageNeeds> all;
  for (const UsedRole& role : used_roles(work.site, roles))
    for (const std::string& node : role.nodes) {
      std::vector<std::string> sources;
      for (const Value& line : declared(roles, "base", node, "apt_sources"))
        sources.push_back(text_in(line, "base_apt_sources"));
      auto at = std::ranges::find(all, sources, &PackageNeeds::sources);
      if (at == all.end()) at = all.insert(at, PackageNeeds{sources, {}, {}});
      if (std::ranges::find(at->nodes, node) == at->nodes.end()) at->nodes.push_back(node);
      for (const Value& item : declared(roles, role.name, node, "packages")) {
        const std::string written = text_in(item, role.name + "_packages");
        // As apt takes it: "containerd=1.6.20*", "containerd/bookworm".
        const std::string package = written.substr(0, written.find_first_of("=/"));
        const bool is_known = std::ranges::any_of(
            at->packages, [&](const auto& known) { return known.first == package; });
        if (!is_known) at->packages.emplace_back(package, role.name);
      }
    }
  return all;
}

}  // namespace provisioner::cluster
