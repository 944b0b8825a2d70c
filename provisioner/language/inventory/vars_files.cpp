// Files of variables beside an inventory or a playbook.

#include "provisioner/language/inventory/vars_files.h"

#include <algorithm>
#include <array>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/data_file.h"

namespace provisioner::inventory {
namespace {

constexpr std::array<std::string_view, 4> endings = {"", ".yml", ".yaml", ".json"};

std::vector<std::string> entries_of(const std::string& folder) {
  return os::is_directory(folder) ? os::entries(folder) : std::vector<std::string>();
}

std::string ending_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? "" : name.substr(dot);
}

// "web" of "web.yml", and of "web" itself.
std::string stem_of(const std::string& entry) {
  const std::string ending = ending_of(entry);
  const bool is_known = std::find(endings.begin(), endings.end(), ending) != endings.end();
  return is_known ? entry.substr(0, entry.size() - ending.size()) : entry;
}

void add_files_below(const std::string& folder, std::vector<std::string>& files) {
  for (const std::string& name : os::entries(folder)) {
    if (name.starts_with('.') || name.ends_with('~')) continue;
    const std::string path = os::join_path(folder, name), ending = ending_of(name);
    if (os::is_directory(path)) {
      if (ending.empty()) add_files_below(path, files);
    } else if (std::find(endings.begin(), endings.end(), ending) != endings.end()) {
      files.push_back(path);
    }
  }
}

std::string shown(const std::string& directory, const std::string& path) {
  return directory == "." || directory.empty() ? path.substr(path.starts_with("./") ? 2 : 0) : path;
}

}  // namespace

VarsFolder::VarsFolder(std::string directory)
    : directory_(std::move(directory)),
      group_entries_(entries_of(os::join_path(directory_, "group_vars"))),
      host_entries_(entries_of(os::join_path(directory_, "host_vars"))) {}

std::vector<std::string> VarsFolder::files(Of of, const std::string& name) const {
  const std::vector<std::string>& entries = of == Of::groups ? group_entries_ : host_entries_;
  if (entries.empty() || name.starts_with('/')) return {};
  const std::string folder =
      os::join_path(directory_, of == Of::groups ? "group_vars" : "host_vars");
  for (const std::string_view ending : endings) {
    const std::string entry = name + std::string(ending), path = os::join_path(folder, entry);
    const bool is_there = entry.find('/') == std::string::npos
                              ? std::binary_search(entries.begin(), entries.end(), entry)
                              : os::exists(path);
    if (!is_there) continue;
    std::vector<std::string> files;
    if (os::is_directory(path))
      add_files_below(path, files);
    else
      files.push_back(path);
    return files;
  }
  return {};
}

std::vector<UnusedVariables> VarsFolder::unused(Of of,
                                                const std::vector<std::string>& names) const {
  const std::vector<std::string>& entries = of == Of::groups ? group_entries_ : host_entries_;
  const std::string folder =
      os::join_path(directory_, of == Of::groups ? "group_vars" : "host_vars");
  std::map<std::string, std::string> wanted;  // by entry: the entry that is read for the same name
  for (const std::string& name : names) {
    std::string first;
    for (const std::string_view ending : endings) {
      const std::string entry = name + std::string(ending);
      if (!std::binary_search(entries.begin(), entries.end(), entry)) continue;
      if (first.empty()) first = entry;
      wanted[entry] = first;
    }
  }
  std::vector<UnusedVariables> unused;
  for (const std::string& entry : entries) {
    const auto known = wanted.find(entry);
    const bool is_read = known != wanted.end() && known->second == entry;
    if (is_read || entry.starts_with('.') || entry.ends_with('~')) continue;
    const auto path = [&](const std::string& name) {
      return shown(directory_, os::join_path(folder, name));
    };
    unused.push_back({path(entry), stem_of(entry), of == Of::groups,
                      known == wanted.end() ? "" : path(known->second)});
  }
  return unused;
}

std::vector<Layer> VarsFolder::layers(Of of, const std::string& name, int precedence,
                                      const FileReading& reading) const {
  std::vector<Layer> layers;
  for (const std::string& path : files(of, name)) {
    const std::string known_as = shown(directory_, path);
    try {
      const value::Value data = read_data(open_file(known_as, reading.open_vault), reading);
      if (data.is_none()) continue;
      if (!data.is_dict()) {
        base::Error error(
            base::Kind::input,
            "a file of variables must be a dict, this is " + std::string(name_of(data.kind())),
            data.pos());
        throw error.set_hint("write 'name: value' lines");
      }
      layers.push_back({known_as, precedence, data.dict(), of == Of::groups ? name : ""});
    } catch (const base::Error& error) {
      reading.diagnostics.add(error);
    }
  }
  return layers;
}

}  // namespace provisioner::inventory
