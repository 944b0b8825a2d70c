// Users as LDAP, an issuer of tokens and file systems know them.

#include "provisioner/front/platform/users_sources.h"

#include <algorithm>
#include <future>
#include <iostream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/ldap/directory.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/platform/home_owners_script.h"
#include "provisioner/front/platform/users_issuer.h"
#include "provisioner/language/inventory/csv_cells.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cli::NamedNode;
using users::Account;
using users::Home;
using users::Identity;
using value::Value;

constexpr std::size_t most_asked = 3;             // nodes, where those before do not answer
constexpr std::chrono::seconds longest_look{75};  // at all exports

bool is_control(const NamedNode& node) {
  const Value* groups = node.variables.find("group_names");
  return groups != nullptr && groups->is_list() &&
         std::ranges::any_of(groups->list(), [](const Value& name) {
           return name.is_string() && name.text() == "control";
         });
}

// Workers before those of the control plane: they are who mounts what users own.
std::vector<std::string> nodes_to_ask(const std::vector<NamedNode>& nodes,
                                      const Identity& identity) {
  if (!identity.node.empty()) return {identity.node};
  std::vector<std::string> names;
  for (const bool wanted : {false, true})
    for (const NamedNode& node : nodes)
      if (is_control(node) == wanted) names.push_back(node.name);
  names.resize(std::min(names.size(), most_asked));
  return names;
}

void make_absolute(std::string& path, const std::string& folder) {
  if (!path.empty()) path = os::join_path(folder, path);
}

// {{"username", ...}, {"alice", ...}} as claims.
Value claims_in_table(base::SourceId source) {
  const auto rows = inventory::read_csv(source);
  value::List users;
  for (std::size_t at = 1; at < rows.size(); ++at) {
    value::Dict user;
    for (std::size_t cell = 0; cell < std::min(rows[at].size(), rows[0].size()); ++cell)
      if (!rows[at][cell].text.empty())
        user.set(rows[0][cell].text, Value(rows[at][cell].text).at(rows[at][cell].pos));
    const base::Pos place = rows[at].empty() ? base::Pos() : rows[at].front().pos;
    users.push_back(Value(std::move(user)).at(place));
  }
  return users;
}

std::vector<Account> accounts_of(const users::OidcPlace& place) {
  if (place.users_file.empty()) return {};
  const base::SourceId source =
      base::register_source(place.users_file, os::require_file(place.users_file));
  const Value said =
      place.users_file.ends_with(".csv") ? claims_in_table(source) : value::read_json(source);
  base::Diagnostics found;
  std::vector<Account> accounts = users::read_accounts(said, place, found);
  if (found.has_errors()) std::cerr << found.render(", nothing was compared") << "\n";
  found.throw_if_any();
  return accounts;
}

void read_directory(const users::LdapPlace& place, users::Facts& facts) {
  ldap::Directory directory({.url = place.url,
                             .starts_tls = place.starts_tls,
                             .ca_file = place.ca_file,
                             .bind_dn = place.bind_dn,
                             .password = place.bind_password});
  const auto entries = directory.search(
      {.base = place.user_base,
       .filter = place.user_filter,
       .attributes = {place.user_attribute, place.uid_attribute, place.gid_attribute}});
  if (entries.empty())
    throw Error(Kind::failed, "the directory has no user '" + place.user_filter + "' below '" +
                                  place.user_base + "'")
        .set_hint("look at 'user_base' and 'user_filter', and at what the reader may see");
  for (const ldap::Entry& entry : entries)
    facts.directory.push_back(users::ldap_user(entry.dn, entry.attributes, place));
  const auto groups =
      directory.search({.base = place.group_base,
                        .filter = place.group_filter,
                        .attributes = {"cn", place.gid_attribute, place.member_attribute}});
  for (const ldap::Entry& entry : groups)
    facts.groups.push_back(users::ldap_group(entry.attributes, place));
}

std::vector<Home> owners_of_homes(const cli::RunWords& words, const UsersSite& site) {
  const std::vector<users::Export>& exports = site.identity.exports;
  if (exports.empty()) return {};
  const std::string script = users::homes_script(home_owners_script(), exports);
  std::vector<std::string> silent;
  for (const std::string& node : site.nodes) {
    const cli::NodeAnswers answers = cli::ask_each(words, {node}, {script, longest_look});
    if (const auto said = answers.said.find(node); said != answers.said.end())
      return base::while_doing("looking at the exports on '" + node + "'", {},
                               [&] { return users::read_homes(said->second, exports); });
    silent.push_back(cli::silence_text(node, answers.silent.at(node)));
  }
  throw Error(Kind::unreachable, "no node tells who owns the homes: " + base::join(silent, "; "))
      .set_hint("name one that mounts the exports and answers: identity.node");
}

}  // namespace

UsersSite users_site(const cli::RunWords& words, const std::string& instance,
                     const IssuersWord& word) {
  const std::vector<NamedNode> nodes =
      cli::instance_nodes(words, instance, {"identity", "group_names"});
  for (const NamedNode& node : nodes)
    if (node.problem) throw *node.problem;  // of such a one not even its groups are known
  auto first = std::ranges::find_if(nodes, is_control);
  if (first == nodes.end()) first = nodes.begin();
  const Value* said = first->variables.find("identity");
  if (said == nullptr)
    throw Error(Kind::input, "the inventory of '" + instance + "' has no 'identity'")
        .set_hint("identity: {ldap: {url: ldaps://..., user_base: ..., group_base: ...}}");
  base::Diagnostics found;
  UsersSite site{.identity = users::read_identity(*said, found), .nodes = {}, .token_files = {}};
  if (found.has_errors()) {
    std::cerr << found.render(", nobody was asked") << "\n";
    throw Error(Kind::input, "'identity' of '" + instance + "' has mistakes");
  }
  site.nodes = nodes_to_ask(nodes, site.identity);
  const std::string& asked = site.identity.node;
  if (!asked.empty() && std::ranges::find(nodes, asked, &NamedNode::name) == nodes.end())
    throw Error(Kind::input, "'" + asked + "' is no node of '" + instance + "'",
                said->find("node")->pos())
        .set_hint("identity.node is one of its nodes, which mounts the exports");
  users::OidcPlace& oidc = site.identity.oidc;
  make_absolute(oidc.users_file, first->folder);
  make_absolute(oidc.ca_file, first->folder);
  make_absolute(site.identity.ldap->ca_file, first->folder);
  if (!word.users_file.empty()) oidc.users_file = word.users_file;
  site.token_files = word.token_files;
  return site;
}

GatheredUsers gather_users(const cli::RunWords& words, const UsersSite& site) {
  GatheredUsers gathered;
  const users::OidcPlace& oidc = site.identity.oidc;
  gathered.facts.accounts = accounts_of(oidc);
  gathered.facts.knows_all_accounts = !oidc.users_file.empty();
  for (Account& account : accounts_of_tokens(oidc, site.token_files))
    users::add_account(gathered.facts.accounts, std::move(account));
  auto faults = std::async(std::launch::async, [&] { return faults_of_issuer(oidc); });
  auto read =
      std::async(std::launch::async, [&] { read_directory(*site.identity.ldap, gathered.facts); });
  std::vector<Home> homes = owners_of_homes(words, site);
  read.get();
  gathered.facts.homes = std::move(homes);
  gathered.issuer_faults = faults.get();
  return gathered;
}

}  // namespace provisioner::platform
