// provisioner access show, kubeconfig: who may do what on an instance, and the files that they use.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/role_kubeconfig.h"
#include "provisioner/platform/access/manifests.h"
#include "provisioner/platform/access/matrix.h"

namespace provisioner::platform {
namespace {

using access::Access;
using access::Question;
using base::Error;
using base::Kind;
using cli::Action;
using value::Dict;
using value::List;
using value::Value;

constexpr int longest_hours = 7 * 24;

struct Words {
  cli::RunWords run;
  std::string instance, role, file;
  KubeconfigWish kubeconfig;
  bool is_json = false, is_manifests = false;
};

cli::ClusterSite declared_site(const Words& words) {
  cli::ClusterSite site = cli::cluster_site(words.run, words.instance);
  cli::tell_warnings(site.access_mistakes);
  if (site.access_mistakes.has_errors()) {
    std::cerr << site.access_mistakes.render() << "\n";
    throw Error(Kind::input, "what '" + words.instance + "' declares of access cannot be");
  }
  if (site.access.is_empty())
    throw Error(Kind::input, "'" + words.instance + "' declares no access: nobody has any but root")
        .set_hint("access: {namespaces: {...}, roles: {...}}, in its group_vars");
  return site;
}

// --- show

// "read", "read, write" where it is all of that, else the verbs.
std::string verbs_text(const std::vector<std::string>& verbs) {
  static const std::vector<std::string> reads = {"get", "list", "watch"},
                                        writes = {"create", "update", "patch", "delete",
                                                  "deletecollection"};
  std::vector<std::string> parts, rest = verbs;
  const auto fold = [&](const std::vector<std::string>& all, const char* word) {
    const bool has_all = std::ranges::all_of(
        all, [&](const std::string& verb) { return std::ranges::find(rest, verb) != rest.end(); });
    if (!has_all) return;
    parts.emplace_back(word);
    std::erase_if(
        rest, [&](const std::string& verb) { return std::ranges::find(all, verb) != all.end(); });
  };
  fold(reads, "read");
  fold(writes, "write");
  parts.insert(parts.end(), rest.begin(), rest.end());
  return parts.empty() ? "-" : base::join(parts, ", ");
}

// Where a role's rights hold they are the same, so one place of each stands for all.
std::string verbs_of(const access::Matrix& matrix, const access::Role& role,
                     const std::string& resource, const std::string& group) {
  std::vector<std::string> verbs;
  for (const Question& one : matrix.questions)
    if (one.role == role.name && one.resource == resource && one.group == group && one.is_allowed &&
        std::ranges::find(verbs, one.verb) == verbs.end())
      verbs.push_back(one.verb);
  return verbs_text(verbs);
}

void print_roles(const Access& access) {
  cli::Table table({"ROLE", "MAY", "IN", "GROUPS", "KUBECONFIG"});
  for (const access::Role& role : access.roles)
    table.add({role.name, std::string(name_of(role.may)),
               is_cluster_wide(role.may) ? "the whole cluster" : base::join(role.namespaces, ", "),
               base::join(role.groups, ", "),
               role.is_by_oidc ? "by the issuer"
                               : "certificate, " +
                                     base::counted(static_cast<std::size_t>(role.hours), "hour")});
  table.print(std::cout);
}

void print_rights(const Access& access, const access::Matrix& matrix) {
  std::vector<std::string> heads = {"RESOURCE"};
  for (const access::Role& role : access.roles) heads.push_back(role.name);
  cli::Table table(heads);
  std::vector<std::pair<std::string, std::string>> seen;
  for (const Question& one : matrix.questions) {
    if (std::ranges::find(seen, std::pair(one.group, one.resource)) != seen.end()) continue;
    seen.emplace_back(one.group, one.resource);
    std::vector<std::string> cells = {one.resource};
    for (const access::Role& role : access.roles)
      cells.push_back(verbs_of(matrix, role, one.resource, one.group));
    table.add(std::move(cells));
  }
  table.print(std::cout);
}

void print_flows(const access::Matrix& matrix) {
  cli::Table table({"FROM", "TO", "PASSES"});
  for (const access::Flow& one : matrix.flows)
    table.add({one.from, one.to, one.passes ? "yes" : "no"});
  table.print(std::cout);
}

Value as_value(const Words& words, const Access& access, const access::Matrix& matrix) {
  List roles, questions, flows;
  for (const access::Role& role : access.roles)
    roles.emplace_back(Dict{{"name", role.name},
                            {"may", std::string(name_of(role.may))},
                            {"in", List(role.namespaces.begin(), role.namespaces.end())},
                            {"groups", List(role.groups.begin(), role.groups.end())},
                            {"own_group", role.own_group()},
                            {"kubeconfig", role.is_by_oidc ? "oidc" : "certificate"},
                            {"hours", role.hours}});
  for (const Question& one : matrix.questions)
    questions.emplace_back(Dict{{"role", one.role},
                                {"verb", one.verb},
                                {"group", one.group},
                                {"resource", one.resource},
                                {"namespace", one.name_space},
                                {"allowed", one.is_allowed}});
  for (const access::Flow& one : matrix.flows)
    flows.emplace_back(Dict{{"from", one.from}, {"to", one.to}, {"passes", one.passes}});
  return Dict{{"instance", words.instance},
              {"roles", std::move(roles)},
              {"rights", std::move(questions)},
              {"flows", std::move(flows)}};
}

int show(const Words& words) {
  if (words.is_json && words.is_manifests)
    throw Error(Kind::usage, "one form at a time: --json, or --manifests");
  const cli::ClusterSite site = declared_site(words);
  if (words.is_manifests) {
    for (const Value& object : access::manifests(site.access))
      std::cout << "---\n" << value::write_yaml(object, {.is_block = true, .sort_keys = false});
    return cli::exit_fine;
  }
  const access::Matrix matrix = access::matrix(site.access);
  if (words.is_json) {
    cli::print_json(as_value(words, site.access, matrix));
    return cli::exit_fine;
  }
  print_roles(site.access);
  std::cout << "\n";
  print_rights(site.access, matrix);
  std::cout << "\n";
  print_flows(matrix);
  if (site.wish.pod_network == "flannel")
    std::cout << "remark: flannel keeps back no packet (pod_network: cilium does)\n";
  return cli::exit_fine;
}

// --- kubeconfig

const access::Role& role_of(const Words& words, const Access& access) {
  if (const access::Role* role = access.role(words.role)) return *role;
  std::vector<std::string> names;
  for (const access::Role& role : access.roles) names.push_back(role.name);
  const std::string near = base::suggestion(words.role, names);
  throw Error(Kind::usage, "'" + words.instance + "' has no role '" + words.role + "'")
      .set_hint(near.empty() ? "there are " + base::join(names, ", ") : near);
}

[[noreturn]] void refuse_place(const std::string& path, const std::string& why,
                               const std::string& hint) {
  throw Error(Kind::usage, "no kubeconfig can be written to '" + path + "': " + why).set_hint(hint);
}

// Whether a file is one that the same command has written before, or would write.
bool is_kubeconfig_of(const std::string& path, const std::string& context) {
  constexpr std::size_t largest = 1 << 20;
  try {
    const auto documents =
        value::read_yaml_text(os::require_regular_file(path, largest).bytes, path);
    return documents.size() == 1 &&
           value::text_or(documents.front(), "current-context", "") == context;
  } catch (const Error&) {
    return false;
  }
}

// Before a certificate is made that nobody could keep, and that nobody can take back.
void require_place(const Words& words) {
  const std::string path = os::absolute(words.file), folder = os::parent_of(path);
  if (os::is_directory(path))
    refuse_place(path, "that is a directory", "--out " + path + "/" + words.role + ".yaml");
  if (!os::is_directory(folder))
    refuse_place(path, "there is no directory '" + folder + "'", "mkdir -p " + folder);
  const std::string context = words.role + "@" + words.instance;
  if (os::exists(path) && !is_kubeconfig_of(path, context))
    refuse_place(path, "something else than one of '" + context + "' is there",
                 "name another file with --out, or look at what it is and remove it");
  const std::string tried = path + ".new-" + crypto::random_token().substr(0, 8);
  os::write_file(tried, "", 0600);
  os::remove_file(tried);
}

void require_server(const Words& words) {
  const std::string& server = words.kubeconfig.server;
  if (!server.empty() && !server.starts_with("https://"))
    throw Error(Kind::usage, "'" + server + "' is no https URL")
        .set_hint("--server https://HOST:PORT, as its people reach the API");
}

int kubeconfig(const Words& words) {
  const cli::ClusterSite site = declared_site(words);
  const access::Role& role = role_of(words, site.access);
  if (role.is_by_oidc && words.kubeconfig.hours > 0)
    throw Error(Kind::usage, "'" + role.name + "' logs in at the issuer, which says for how long")
        .set_hint("leave --hours out, or give the role kubeconfig: certificate");
  require_server(words);
  require_place(words);
  const RoleKubeconfig made = role_kubeconfig(words.run, site, role, words.kubeconfig);
  os::write_file(words.file, value::write_yaml(made.file, {.is_block = true, .sort_keys = false}),
                 0600);
  const std::string ends = made.ends ? os::utc_text(*made.ends) : "";
  if (words.is_json)
    cli::print_json(Value(
        Dict{{"file", words.file}, {"role", role.name}, {"user", made.user}, {"ends", ends}}));
  else if (made.ends)
    std::cout << words.file << ": for '" << role.name << "', known to the API as '"
              << base::escape_for_terminal(made.user) << "', until " << ends
              << "\nremark: whoever has this file is let in; it cannot be taken back before\n";
  else
    std::cout << words.file << ": for '" << role.name
              << "', by the issuer; there is nothing secret "
              << "in it\n";
  return cli::exit_fine;
}

}  // namespace

void add_access(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = cli::add_command(command, action, words, name, summary, run);
    cli::add_inventory_options(*added, words->run, "inventory");
    cli::add_instance_option(*added, words->instance);
    added->add_flag("--json", words->is_json, "as JSON");
    return added;
  };
  add("show", "who may do what, and what passes between namespaces", show)
      ->add_flag("--manifests", words->is_manifests,
                 "the objects of Kubernetes that say so, as YAML");
  CLI::App* file = add("kubeconfig", "a kubeconfig for one role, and for nothing else", kubeconfig);
  file->add_option("role", words->role, "its name in the declaration")->required();
  file->add_option("--out", words->file, "file to write, for its owner alone")->required();
  file->add_option("--hours", words->kubeconfig.hours, "how long a certificate lives (the role's)")
      ->check(CLI::Range(1, longest_hours));
  file->add_option("--server", words->kubeconfig.server,
                   "URL by which the API is reached (by its name)");
}

}  // namespace provisioner::platform
