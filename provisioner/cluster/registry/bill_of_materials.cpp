// What an image holds, read from its layers.

#include "provisioner/cluster/registry/bill_of_materials.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/entries_below.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::chrono::minutes patience{60};    // with tar, for one layer
constexpr std::size_t largest_list = 64 << 20;  // bytes

// Where package managers keep what is installed, and what tells the system.
const std::vector<std::string> read_paths = {"var/lib/dpkg/status",  "var/lib/dpkg/status.d/*",
                                             "lib/apk/db/installed", "usr/lib/apk/db/installed",
                                             "etc/os-release",       "usr/lib/os-release"};
const std::vector<std::string> unread_paths = {"var/lib/rpm/*", "usr/lib/sysimage/rpm/*"};
// What is gone in an upper layer (image-spec, layer.md, "Whiteouts"), as far as it is about those.
const std::vector<std::string> whiteouts = {
    ".wh.*",         "var/.wh.*",     "var/lib/.wh.*",    "var/lib/dpkg/.wh.*",
    "lib/.wh.*",     "lib/apk/.wh.*", "etc/.wh.*",        "lib/apk/db/.wh.*",
    "usr/lib/.wh.*", "usr/.wh.*",     "var/lib/rpm/.wh.*"};

bool is_under(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

bool is_like_any(const std::string& path, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return is_like(path, pattern); });
}

// The files that count, by their paths in the image.
class Files {
 public:
  void add_layer(const std::string& archive) {
    const os::TemporaryDirectory place;
    is_whole_ = unpack(archive, place.path()) && is_whole_;
    std::map<std::string, std::string> found;
    for (const os::EntryBelow& entry : os::entries_below(place.path())) {
      const std::string path = entry.path.substr(place.path().size() + 1);
      const std::string name = path.substr(path.rfind('/') + 1);
      if (name.starts_with(".wh.")) {
        remove(path, name);
        continue;
      }
      // A link, of whichever kind, may lead out of the layer.
      if (entry.is_file && entry.names == 1)
        found[path] =
            is_like_any(path, unread_paths) ? "" : os::require_file(entry.path, largest_list);
    }
    for (auto& [path, text] : found) files_[path] = std::move(text);
  }

  const std::map<std::string, std::string>& all() const { return files_; }
  bool is_whole() const { return is_whole_; }  // each layer could be read

 private:
  static bool unpack(const std::string& archive, const std::string& into) {
    os::Command command{.argv = {"tar", "--extract", "--file", archive, "--directory", into,
                                 "--no-same-owner", "--no-same-permissions", "--wildcards",
                                 "--no-wildcards-match-slash", "--no-recursion"},
                        .environment = {{"LC_ALL", "C"}},
                        .deadline = patience,
                        .is_stoppable = true};
    for (const auto* list : {&read_paths, &unread_paths, &whiteouts})
      for (const std::string& path : *list) {
        command.argv.push_back(path);
        command.argv.push_back("./" + path);
      }
    const os::CommandResult done = os::run(command);
    if (done.is_timed_out)
      throw base::Error(base::Kind::failed, "a layer of the image could not be read in time");
    // It complains of each pattern that matches nothing; of anything else it should not have to.
    return std::ranges::all_of(base::lines_of(done.err), [](std::string_view line) {
      return line.ends_with("Not found in archive") ||
             line.find("Exiting with failure status") != std::string_view::npos;
    });
  }

  void remove(const std::string& path, const std::string& name) {
    const std::string folder = path.substr(0, path.size() - name.size());
    const bool is_opaque = name == ".wh..wh..opq";
    const std::string gone = is_opaque ? folder.substr(0, folder.size() - (folder.empty() ? 0 : 1))
                                       : folder + name.substr(4);
    std::erase_if(files_,
                  [&](const auto& file) { return gone.empty() || is_under(file.first, gone); });
  }

  std::map<std::string, std::string> files_;
  bool is_whole_ = true;
};

// Stanzas of "Key: text" lines with empty lines between (deb822, and apk's one-letter keys).
template <class Take>
void each_stanza(const std::string& text, Take take) {
  std::map<std::string, std::string> stanza;
  for (const std::string_view line : base::lines_of(text)) {
    if (line.empty()) {
      if (!stanza.empty()) take(stanza);
      stanza.clear();
    } else if (const std::size_t colon = line.find(':');
               line.front() != ' ' && line.front() != '\t' && colon != std::string_view::npos) {
      stanza[std::string(line.substr(0, colon))] = std::string(base::trim(line.substr(colon + 1)));
    }
  }
  if (!stanza.empty()) take(stanza);
}

// Package URLs (purl-spec): what is no letter, digit or one of .-_~ is written as %XX.
std::string url_part(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') ||
                          std::string_view(".-_~").find(letter) != std::string_view::npos;
    out += is_plain ? std::string(1, letter) : "%" + base::hex(std::string_view(&letter, 1));
  }
  return out;
}

void take_system(const std::string& text, BillOfMaterials& bill) {
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    std::string said(line.substr(equal + 1));
    std::erase_if(said, [](char letter) { return letter == '"' || letter == '\''; });
    if (line.starts_with("ID=")) bill.system = said;
    if (line.starts_with("VERSION_ID=")) bill.system_version = said;
  }
}

}  // namespace

std::vector<Package> read_dpkg_status(const std::string& text) {
  std::vector<Package> packages;
  each_stanza(text, [&](std::map<std::string, std::string>& stanza) {
    const auto status = stanza.find("Status");
    // Files of status.d have none: they are there because the package is.
    if (status != stanza.end() && !status->second.ends_with(" installed")) return;
    if (!stanza["Package"].empty())
      packages.push_back({"deb", stanza["Package"], stanza["Version"], stanza["Architecture"]});
  });
  return packages;
}

std::vector<Package> read_apk_installed(const std::string& text) {
  std::vector<Package> packages;
  each_stanza(text, [&](std::map<std::string, std::string>& stanza) {
    if (!stanza["P"].empty()) packages.push_back({"apk", stanza["P"], stanza["V"], stanza["A"]});
  });
  return packages;
}

BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part) {
  Files files;
  for (const artifacts::Blob& layer : part.manifest.layers)
    base::while_doing("looking into the layer sha256:" + layer.sha256, {},
                      [&] { files.add_layer(image.blob_path(layer.sha256)); });
  BillOfMaterials bill;
  bill.has_unread = !files.is_whole();
  for (const auto& [path, text] : files.all()) {
    std::vector<Package> packages;
    if (path == "var/lib/dpkg/status" ||
        (path.starts_with("var/lib/dpkg/status.d/") && !path.ends_with(".md5sums")))
      packages = read_dpkg_status(text);
    else if (path.ends_with("apk/db/installed"))
      packages = read_apk_installed(text);
    else if (path.ends_with("os-release"))
      take_system(text, bill);
    else if (path.find("/rpm/") != std::string::npos)
      bill.has_unread = true;
    bill.packages.insert(bill.packages.end(), packages.begin(), packages.end());
  }
  std::ranges::sort(bill.packages);
  return bill;
}

std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256) {
  List components;
  if (!bill.system.empty())
    components.emplace_back(Dict{
        {"type", "operating-system"}, {"name", bill.system}, {"version", bill.system_version}});
  for (const Package& package : bill.packages) {
    std::string url = "pkg:" + package.manager + "/" + url_part(bill.system) + "/" +
                      url_part(package.name) + "@" + url_part(package.version);
    if (!package.architecture.empty()) url += "?arch=" + url_part(package.architecture);
    components.emplace_back(Dict{{"type", "library"},
                                 {"bom-ref", url},
                                 {"name", package.name},
                                 {"version", package.version},
                                 {"purl", url}});
  }
  const Value packages_read(
      Dict{{"name", "provisioner:complete"}, {"value", bill.has_unread ? "false" : "true"}});
  const Dict about{{"component", Dict{{"type", "container"},
                                      {"bom-ref", "image"},
                                      {"name", name},
                                      {"version", "sha256:" + sha256}}},
                   {"properties", List{packages_read}}};
  return value::write_json(Value(Dict{{"bomFormat", "CycloneDX"},
                                      {"specVersion", "1.5"},
                                      {"version", 1},
                                      {"metadata", about},
                                      {"components", std::move(components)}}),
                           {.ascii_only = false, .compact = true}) +
         "\n";
}

}  // namespace provisioner::registry
