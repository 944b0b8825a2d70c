// What an inventory and the state keep secret, for whoever must not show it.

#include "provisioner/front/cli/inventory_secrets.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/base/url_password.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/hidden_secrets.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::Value;

bool ends_with_one_of(const std::string& text, const std::vector<std::string>& endings) {
  return std::ranges::any_of(endings, [&](const auto& end) { return text.ends_with(end); });
}

// Keys that name a file with a secret.
bool is_file_key(const std::string& key) {
  return ends_with_one_of(base::lower_case(key), {"password_file", "token_file", "secret_file"});
}

bool is_template(const std::string& text) { return text.find("{{") != std::string::npos; }

class Search {
 public:
  explicit Search(const std::vector<crypto::VaultSecret>& vaults) : vaults_(vaults) {
    for (const crypto::VaultSecret& vault : vaults)
      found_.push_back({"the password of the vault '" + vault.label + "'", vault.password});
  }

  void look_at(const std::string& name, const Value& value) {
    if (value.is_dict())
      for (const auto& [key, entry] : value.dict()) look_at(Dict::key_text(key), entry);
    if (value.is_list())
      for (const Value& item : value.list()) look_at(name, item);
    if (value.is_list() || value.is_dict()) return;
    if (value.pos().is_known() && !seen_.insert(value.pos()).second) return;
    if (value.is_sealed())
      keep(name, value, crypto::open_vault(value.text(), vaults_, value.pos()));
    else if (value.pos().source.source().is_secret)
      keep(name, value, Dict::key_text(value));
    else if (value.is_string() && is_password_key(name) && !is_template(value.text()))
      keep(name, value, value.text());
    else if (value.is_string() && is_file_key(name) && os::is_file(value.text()))
      keep(name, value, os::read_file(value.text()).value_or(""));
    else if (value.is_string())
      for (std::string& password : base::url_passwords(value.text()))
        keep(name, value, std::move(password));
  }

  std::vector<NamedSecret> take() { return std::move(found_); }

 private:
  void keep(const std::string& name, const Value& value, std::string text) {
    if (!text.empty())
      found_.push_back({"'" + name + "' at " + value.pos().text(), base::Secret(std::move(text))});
  }

  const std::vector<crypto::VaultSecret>& vaults_;
  std::set<base::Pos> seen_;
  std::vector<NamedSecret> found_;
};

void add_file(std::vector<NamedSecret>& found, const std::string& path) {
  if (auto text = os::read_file(path); text && !text->empty())
    found.push_back({"'" + path + "'", base::Secret(*std::move(text))});
}

}  // namespace

std::vector<NamedSecret> inventory_secrets(const RunWords& words) {
  base::Diagnostics diagnostics;
  const run::Options options = run_options(words, AnsibleConfig::load(diagnostics), diagnostics);
  const inventory::Inventory inventory = inventory::Inventory::load(
      {options.inventories, os::absolute(".")}, vault_opener(options.vault_secrets), diagnostics);
  diagnostics.throw_if_any();
  Search search(options.vault_secrets);
  for (const std::string& host : inventory.host_names())
    for (const inventory::Layer& layer : inventory.layers(host))
      search.look_at("", Value(layer.variables));
  return search.take();
}

std::vector<NamedSecret> state_secrets() {
  std::vector<NamedSecret> found;
  const std::string pki = pki_directory();
  for (const char* pattern : {"/*.key", "/registry-password", "/registry-http-secret"})
    for (const std::string& path : os::glob(pki + pattern)) add_file(found, path);
  for (const std::string& path : os::glob(state_directory() + "/clusters/*/encryption-key"))
    add_file(found, path);
  return found;
}

}  // namespace provisioner::cli
