// What an image holds, read from its layers.

#include "provisioner/cluster/registry/bill_of_materials.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/store/foreign_table.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/layer_programs.h"
#include "provisioner/cluster/registry/layer_shelf.h"
#include "provisioner/cluster/registry/package_lists.h"

namespace provisioner::registry {
namespace {

constexpr std::chrono::minutes patience{60};         // with a layer
constexpr std::size_t largest_list = 64 << 20;       // bytes
constexpr std::uint64_t largest_database = 1 << 30;  // bytes, of what has to lie in a file
using Packages = std::vector<Package>;

// Whose data a file is; `unread`: of a manager that nobody here can read.
enum class Manager : std::uint8_t { unread, dpkg, apk, rpm, system, python, conda, node };

// What a file of an image tells.
struct FoundFile {
  Manager manager = Manager::unread;
  Packages packages;
  std::string system, system_version;
  bool is_unread = false;
};

// Where managers keep what is installed, and what tells the system: the first that a path is like.
// "*" is for no "/", but in what begins with it, which lies in whatever folder.
const std::vector<std::pair<std::string, Manager>> lists = {
    {"*/specifications/*.gemspec", Manager::unread},
    {"*/composer/installed.json", Manager::unread},
    {"*/opkg/status", Manager::unread},
    {"*/library/*/DESCRIPTION", Manager::unread},
    {"var/lib/pacman/local/*/desc", Manager::unread},
    {"var/lib/rpm/*", Manager::rpm},
    {"usr/lib/sysimage/rpm/*", Manager::rpm},
    {"var/lib/dpkg/status", Manager::dpkg},
    {"var/lib/dpkg/status.d/*", Manager::dpkg},
    {"lib/apk/db/installed", Manager::apk},
    {"usr/lib/apk/db/installed", Manager::apk},
    {"etc/os-release", Manager::system},
    {"usr/lib/os-release", Manager::system},
    {"*.dist-info/METADATA", Manager::python},
    {"*.egg-info/PKG-INFO", Manager::python},
    {"*.egg-info", Manager::python},
    {"*/conda-meta/*.json", Manager::conda},
    {"*/node_modules/*/package.json", Manager::node}};

std::optional<Manager> manager_of(const std::string& path) {
  const auto found = std::ranges::find_if(lists, [&](const auto& list) {
    if (list.first.starts_with('*')) return is_like("/" + path, list.first);
    return std::ranges::count(list.first, '/') == std::ranges::count(path, '/') &&
           is_like(path, list.first);
  });
  return found == lists.end() ? std::nullopt : std::optional(found->second);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_under(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

// Before the name of what is gone in an upper layer (image-spec, layer.md, "Whiteouts").
constexpr std::string_view whiteout = ".wh.";

// Of "a/node_modules/@b/c/package.json" it is the last folder of packages that counts: what lies
// deeper in a package are its tests and the like.
bool is_node_package(const std::string& path) {
  constexpr std::string_view folder = "node_modules/", end = "/package.json";
  const std::size_t at = path.rfind(folder);
  const std::size_t begin = at + folder.size();
  if (at == std::string::npos || !path.ends_with(end) || begin + end.size() >= path.size())
    return false;
  const std::string name = path.substr(begin, path.size() - begin - end.size());
  return std::ranges::count(name, '/') == (name.starts_with('@') ? 1 : 0);
}

void take_system(const std::string& text, FoundFile& found) {
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    std::string said(line.substr(equal + 1));
    std::erase_if(said, [](char letter) { return letter == '"' || letter == '\''; });
    if (line.starts_with("ID=")) found.system = said;
    if (line.starts_with("VERSION_ID=")) found.system_version = said;
  }
}

void take_one(std::optional<Package> package, FoundFile& found) {
  if (!package)
    found.is_unread = true;
  else if (!package->name.empty())
    found.packages.push_back(*std::move(package));
}

void take_text(const std::string& text, const std::string& name, FoundFile& found) {
  switch (found.manager) {
    case Manager::dpkg:
      found.packages = name.ends_with(".md5sums") ? Packages{} : read_dpkg_status(text);
      break;
    case Manager::apk:
      found.packages = read_apk_installed(text);
      break;
    case Manager::system:
      take_system(text, found);
      break;
    case Manager::python:
      take_one(read_python_metadata(text), found);
      break;
    case Manager::conda:
      take_one(read_conda_meta(text), found);
      break;
    case Manager::node:
      take_one(read_node_package(text), found);
      break;
    case Manager::unread:
    case Manager::rpm:
      break;
  }
}

std::optional<Packages> read_rpm_database(bool is_sqlite, const LayerEntry& entry,
                                          LayerStream& layer, const std::string& archive) {
  if (entry.size > (is_sqlite ? largest_database : largest_list)) return std::nullopt;
  if (!is_sqlite) return read_rpm_packages_db(layer.read(largest_list));
  LayerShelf shelf(archive);
  shelf.put(layer);
  const auto headers = store::foreign_column(shelf.path(), "Packages", "blob");
  return headers ? read_rpm_headers(*headers) : std::nullopt;
}

// What another process has not brought into the file yet is beside it. "Packages" is of Berkeley
// DB.
void take_rpm(const LayerEntry& entry, LayerStream& layer, const std::string& archive,
              FoundFile& found) {
  const std::string name = file_name(entry.path);
  found.is_unread = name == "Packages" || (name.ends_with("-wal") && entry.size > 0);
  if (name != "rpmdb.sqlite" && name != "Packages.db") return;
  auto packages = read_rpm_database(name == "rpmdb.sqlite", entry, layer, archive);
  found.is_unread = !packages;
  if (packages) found.packages = *std::move(packages);
}

FoundFile read_list(Manager manager, const LayerEntry& entry, LayerStream& layer,
                    const std::string& archive) {
  FoundFile found;
  found.manager = manager;
  found.is_unread = manager == Manager::unread || entry.size > largest_list;
  if (manager == Manager::rpm)
    take_rpm(entry, layer, archive, found);
  else if (!found.is_unread)
    take_text(layer.read(largest_list), file_name(entry.path), found);
  return found;
}

// The files that count, by their paths in the image.
class Files {
 public:
  void add_layer(const std::string& archive) {
    std::map<std::string, FoundFile> found;
    LayerPrograms programs =
        programs_.read_layer(archive, patience, [&](const LayerEntry& entry, LayerStream& layer) {
          replace(entry);
          found.erase(entry.path);
          return take(entry, layer, archive, found);
        });
    is_whole_ = programs.is_whole && is_whole_;
    for (auto& [path, file] : found)
      if (file.manager != Manager::node || is_node_package(path)) files_[path] = std::move(file);
    for (auto& [path, program] : programs.files)
      files_[path] = {.packages = std::move(program.packages),
                      .system = {},
                      .system_version = {},
                      .is_unread = program.is_unread};
  }

  const std::map<std::string, FoundFile>& all() const { return files_; }
  bool is_whole() const { return is_whole_; }  // each layer could be read

 private:
  // A link, of whichever kind, may lead out of the layer, or to what is read in another way. What
  // tells the system lies at one of its two paths.
  bool take(const LayerEntry& entry, LayerStream& layer, const std::string& archive,
            std::map<std::string, FoundFile>& found) {
    using Kind = LayerEntry::Kind;
    const std::string name = file_name(entry.path);
    const auto manager = manager_of(entry.path);
    const bool is_gone = name.starts_with(whiteout);
    if (is_gone) remove(entry.path, name);
    if (is_gone || !manager) return false;
    if (entry.kind == Kind::file) {
      found[entry.path] = read_list(*manager, entry, layer, archive);
      return true;
    }
    const auto other = found.find(entry.target);
    if (entry.kind == Kind::hard_link && other != found.end() && other->second.manager == *manager)
      found[entry.path] = other->second;
    else if (entry.kind == Kind::hard_link ||
             (entry.kind == Kind::other && *manager != Manager::system))
      is_whole_ = false;
    return false;
  }

  void remove(const std::string& path, const std::string& name) {
    const std::string folder = path.substr(0, path.size() - name.size());
    const bool is_opaque = name == ".wh..wh..opq";
    const std::string gone = is_opaque ? folder.substr(0, folder.size() - (folder.empty() ? 0 : 1))
                                       : folder + name.substr(whiteout.size());
    std::erase_if(files_,
                  [&](const auto& file) { return gone.empty() || is_under(file.first, gone); });
  }

  // Of lower layers; a folder that was there stays, with what lies in it.
  void replace(const LayerEntry& entry) {
    files_.erase(entry.path);
    if (entry.kind == LayerEntry::Kind::folder) return;
    const std::string folder = entry.path + "/";
    auto file = files_.lower_bound(folder);
    while (file != files_.end() && file->first.starts_with(folder)) file = files_.erase(file);
  }

  std::map<std::string, FoundFile> files_;
  ProgramReader programs_;
  bool is_whole_ = true;
};

}  // namespace

BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part) {
  Files files;
  base::while_doing("looking into the image sha256:" + part.sha256, {}, [&] {
    for (const artifacts::Blob& layer : part.manifest.layers)
      files.add_layer(image.blob_path(layer.sha256));
  });
  BillOfMaterials bill;
  bill.has_unread = !files.is_whole();
  for (const auto& [path, file] : files.all()) {
    bill.has_unread = bill.has_unread || file.is_unread;
    bill.packages.insert(bill.packages.end(), file.packages.begin(), file.packages.end());
    if (file.system.empty()) continue;
    bill.system = file.system;
    bill.system_version = file.system_version;
  }
  std::ranges::sort(bill.packages);
  const auto twice = std::ranges::unique(bill.packages);
  bill.packages.erase(twice.begin(), twice.end());
  return bill;
}

}  // namespace provisioner::registry
