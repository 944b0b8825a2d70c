// Variables that say nothing, and were meant to say something.

#include "provisioner/front/platform/misspelt_variables.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/front/platform/known_variables.h"
#include "provisioner/language/inventory/check_node_keys.h"

namespace provisioner::platform {
namespace {

namespace fs = std::filesystem;

using base::Error;
using value::Dict;
using value::Value;

constexpr std::size_t most_slips = 2;               // of fingers; what differs more is another word
constexpr std::uintmax_t largest_text = 1'000'000;  // bytes of what people write

struct Suspect {
  base::Pos pos;
  std::string meant;
};
using Suspects = std::map<std::string, Suspect>;

// Each value that some host has of some layer; of layers that several hosts share once.
template <class Take>
void each_variable(const inventory::Inventory& inventory, const Take& take) {
  std::set<base::Pos> seen;
  for (const std::string& host : inventory.host_names())
    for (const inventory::Layer& layer : inventory.layers(host))
      for (const auto& [key, its] : layer.variables) {
        const base::Pos pos = key.pos().is_known() ? key.pos() : its.pos();
        if (!pos.is_known() || seen.insert(pos).second) take(Dict::key_text(key), its, pos);
      }
}

// One of another project has names of its own.
bool is_ours(const inventory::Inventory& inventory) {
  base::Diagnostics known;  // loading has said it
  return inventory::declares_schema(inventory, known) || !cli::instance_names(inventory).empty();
}

Suspects suspects_in(const inventory::Inventory& inventory) {
  const std::vector<std::string> known = known_variables();
  Suspects suspects;
  each_variable(inventory, [&](const std::string& name, const Value&, const base::Pos& pos) {
    if (suspects.contains(name) || std::ranges::binary_search(known, name)) return;
    const auto meant = base::nearest(name, known, most_slips);
    if (meant) suspects[name] = {pos, *meant};
  });
  return suspects;
}

bool is_in_word(char one) { return std::isalnum(static_cast<unsigned char>(one)) || one == '_'; }

bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_in_word(text[at - 1])) && (end == text.size() || !is_in_word(text[end])))
      return true;
  }
  return false;
}

// Takes away those that the text has a use for.
void look_at_text(std::string_view text, Suspects& suspects) {
  std::erase_if(suspects, [&](const auto& one) { return holds_word(text, one.first); });
}

void look_at_value(const Value& value, Suspects& suspects) {
  if (value.is_string() && (value.text().find("{{") != std::string::npos ||
                            value.text().find("{%") != std::string::npos))
    look_at_text(value.text(), suspects);
  if (value.is_list())
    for (const Value& item : value.list()) look_at_value(item, suspects);
  if (value.is_dict())
    for (const auto& [key, its] : value.dict()) look_at_value(its, suspects);
}

// "" of what cannot be read, or is too large for anybody to have written it.
std::string text_of(const fs::path& file) {
  std::error_code unreadable;
  if (!fs::is_regular_file(file, unreadable) || fs::file_size(file, unreadable) > largest_text)
    return {};
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void look_below(const fs::path& folder, Suspects& suspects) {
  std::error_code unreadable;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                      unreadable);
  for (; !unreadable && !suspects.empty() && at != fs::recursive_directory_iterator();
       at.increment(unreadable))
    look_at_text(text_of(at->path()), suspects);
}

// A list, which an inventory beside it is not.
bool is_playbook(std::string_view text) {
  for (const std::string_view line : base::lines_of(text))
    if (!line.empty() && !line.starts_with('#') && !line.starts_with("---"))
      return line.starts_with('-');
  return false;
}

// Playbooks lie in the folder itself, and what they are made of in these.
void look_beside(const fs::path& folder, Suspects& suspects) {
  std::error_code unreadable;
  fs::directory_iterator at(folder, unreadable);
  for (; !unreadable && at != fs::directory_iterator(); at.increment(unreadable))
    if (at->path().extension() == ".yml" || at->path().extension() == ".yaml")
      if (const std::string text = text_of(at->path()); is_playbook(text))
        look_at_text(text, suspects);
  for (const char* below : {"playbooks", "roles", "tasks", "templates"})
    look_below(folder / below, suspects);
}

// What lacks by its name may have been a mistake before.
bool is_told(const base::Diagnostics& diagnostics, const base::Pos& pos) {
  return std::ranges::any_of(diagnostics.errors(),
                             [&](const Error& error) { return error.pos() == pos; });
}

}  // namespace

void warn_of_misspelt_variables(const cli::LoadedInventory& loaded,
                                const std::string& playbook_directory,
                                base::Diagnostics& diagnostics) {
  if (!is_ours(loaded.inventory())) return;
  Suspects suspects = suspects_in(loaded.inventory());
  if (suspects.empty()) return;
  each_variable(loaded.inventory(), [&](const std::string&, const Value& its, const base::Pos&) {
    look_at_value(its, suspects);
  });
  look_below(os::require_content("playbooks", os::is_directory), suspects);
  look_beside(playbook_directory.empty() ? "." : playbook_directory, suspects);
  for (const std::vector<std::string>& paths :
       {loaded.options().roles_path, loaded.options().collections_paths})
    for (const std::string& path : paths) look_below(path, suspects);
  std::vector<Error> warnings;
  for (const auto& [name, suspect] : suspects)
    if (!is_told(diagnostics, suspect.pos))
      warnings.push_back(
          Error(base::Kind::input, "nothing that was looked at uses '" + name + "'", suspect.pos)
              .set_hint("did you mean '" + suspect.meant + "'?"));
  std::ranges::sort(warnings, {}, &Error::pos);
  for (Error& warning : warnings) diagnostics.warn(std::move(warning));
}

}  // namespace provisioner::platform
