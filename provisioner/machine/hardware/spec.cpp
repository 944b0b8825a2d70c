// hardware/NAME.yml, strictly.

#include "provisioner/machine/hardware/spec.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::hardware {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr int folders_above = 3;

struct Bounds {
  std::int64_t least, most;
};

std::string name_of_file(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.substr(0, file.rfind('.'));
}

class Reader {
 public:
  explicit Reader(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void read(const Value& whole, Spec& spec) {
    check_keys(whole, {"name", "version", "height", "vendor", "model", "sockets",
                       "cores_per_socket", "threads_per_core", "clock_mhz", "memory_gib", "dimms",
                       "disks", "links", "firmware", "bios"});
    take_name(whole, spec);
    if (const auto version = number(whole, "version", {1, 1'000'000}))
      spec.version = *version;
    else if (whole.find("version") == nullptr)
      add("'version' is missing: a number that rises with each change", whole.pos());
    spec.height = number(whole, "height", {1, 60}).value_or(1);
    spec.vendor = text(whole, "vendor");
    spec.model = text(whole, "model");
    spec.sockets = number(whole, "sockets", {1, 16});
    spec.cores_per_socket = number(whole, "cores_per_socket", {1, 512});
    spec.threads_per_core = number(whole, "threads_per_core", {1, 8});
    spec.clock_mhz = number(whole, "clock_mhz", {100, 10'000});
    spec.memory_gib = number(whole, "memory_gib", {1, 65'536});
    take_dimms(whole, spec);
    for (const Value& item : items(whole, "disks")) spec.disks.push_back(disk(item));
    for (const Value& item : items(whole, "links")) spec.links.push_back(link(item));
    take_firmware(whole, spec);
  }

 private:
  void add(const std::string& message, const base::Pos& pos, const std::string& hint = {}) {
    diagnostics_.add(Error(Kind::input, message, pos).set_hint(hint));
  }

  bool check_keys(const Value& dict, const std::vector<std::string>& known) {
    return value::check_keys(dict, known, diagnostics_);
  }

  std::string text(const Value& dict, const char* key) {
    const Value* found = dict.find(key);
    if (found == nullptr) return "";
    if (found->is_string() && !found->text().empty()) return found->text();
    add("'" + std::string(key) + "' must be a text, this is " + std::string(name_of(found->kind())),
        found->pos(), "put it in quotes if it is meant as text");
    return "";
  }

  std::optional<std::int64_t> number(const Value& dict, const char* key, Bounds bounds) {
    const Value* found = dict.find(key);
    if (found == nullptr) return std::nullopt;
    if (found->is_integer() && found->integer() >= bounds.least &&
        found->integer() <= bounds.most)
      return found->integer();
    add("'" + std::string(key) + "' must be a whole number between " +
            std::to_string(bounds.least) + " and " + std::to_string(bounds.most) + ", this is " +
            (found->is_integer() ? std::to_string(found->integer())
                                 : std::string(name_of(found->kind()))),
        found->pos());
    return std::nullopt;
  }

  value::List items(const Value& dict, const char* key) {
    const Value* found = dict.find(key);
    if (found == nullptr) return {};
    if (found->is_list()) return found->list();
    add("'" + std::string(key) + "' must be a list, this is " + std::string(name_of(found->kind())),
        found->pos());
    return {};
  }

  std::string word(const Value& dict, const char* key, const std::vector<std::string>& words) {
    const std::string written = text(dict, key);
    if (written.empty() || std::ranges::find(words, written) != words.end()) return written;
    add("'" + std::string(key) + "' must be one of " + base::join(words, ", ") + ", this is '" +
            written + "'",
        dict.find(key)->pos(), base::suggestion(written, words));
    return "";
  }

  void take_name(const Value& whole, Spec& spec) {
    const std::string written = text(whole, "name");
    if (written == spec.name) return;
    const Value* found = whole.find("name");
    add("'name' must be the name of the file, '" + spec.name + "'",
        found == nullptr ? whole.pos() : found->pos());
  }

  void take_dimms(const Value& whole, Spec& spec) {
    const Value* dimms = whole.find("dimms");
    if (dimms == nullptr || !check_keys(*dimms, {"count", "size_gib", "speed"})) return;
    spec.dimms = number(*dimms, "count", {1, 1024});
    spec.dimm_gib = number(*dimms, "size_gib", {1, 4096});
    spec.dimm_speed = number(*dimms, "speed", {100, 100'000});
    if (spec.dimms && spec.dimm_gib && spec.memory_gib &&
        *spec.dimms * *spec.dimm_gib != *spec.memory_gib)
      add("'dimms' make " + std::to_string(*spec.dimms * *spec.dimm_gib) +
              " GiB, 'memory_gib' says " + std::to_string(*spec.memory_gib),
          dimms->pos());
  }

  DiskKind disk(const Value& item) {
    if (!check_keys(item, {"count", "size_gb", "rotational", "transport"})) return {};
    DiskKind kind{.count = number(item, "count", {1, 1000}).value_or(1),
                  .size_gb = number(item, "size_gb", {1, 1'000'000}),
                  .is_rotational = {},
                  .transport = word(item, "transport", {"sas", "sata", "nvme", "virtio"})};
    if (const Value* found = item.find("rotational")) {
      if (found->is_boolean())
        kind.is_rotational = found->boolean();
      else
        add("'rotational' must be true or false", found->pos());
    }
    return kind;
  }

  LinkKind link(const Value& item) {
    if (!check_keys(item, {"count", "speed"})) return {};
    if (item.find("speed") == nullptr) add("'speed' is missing: in Mbit/s", item.pos());
    return {.count = number(item, "count", {1, 64}).value_or(1),
            .speed = number(item, "speed", {10, 1'000'000}).value_or(0)};
  }

  void take_firmware(const Value& whole, Spec& spec) {
    const std::string boot = word(whole, "firmware", {"uefi", "bios"});
    if (!boot.empty())
      spec.firmware = boot == "uefi" ? Spec::Firmware::uefi : Spec::Firmware::bios;
    const Value* bios = whole.find("bios");
    if (bios == nullptr || !check_keys(*bios, {"versions", "minimum"})) return;
    spec.bios_minimum = text(*bios, "minimum");
    if (!spec.bios_minimum.empty() &&
        spec.bios_minimum.find_first_of("0123456789") == std::string::npos)
      add("'minimum' must be a version with a number in it, this is '" + spec.bios_minimum + "'",
          bios->find("minimum")->pos(), "no other version could be older or newer than it");
    for (const Value& item : items(*bios, "versions"))
      if (item.is_string())
        spec.bios_versions.push_back(item.text());
      else
        add("a version must be a text, this is " + std::string(name_of(item.kind())), item.pos(),
            "put it in quotes");
  }

  base::Diagnostics& diagnostics_;
};

// Digits as a number, anything else letter by letter.
std::vector<std::pair<std::int64_t, std::string>> pieces_of(const std::string& version) {
  constexpr std::size_t most_digits = 18;
  std::vector<std::pair<std::int64_t, std::string>> pieces;
  for (std::size_t at = 0; at < version.size();) {
    const std::size_t end = std::min(
        {version.find_first_not_of("0123456789", at), version.size(), at + most_digits});
    if (end > at)
      pieces.emplace_back(std::stoll(version.substr(at, end - at)), "");
    else
      pieces.emplace_back(0, version.substr(at, 1));
    at = std::max(end, at + 1);
  }
  return pieces;
}

// What is there and no file is not passed by in silence.
bool is_there(const std::string& path, const std::string& name, const base::Pos& from) {
  return base::while_doing("looking for hardware specification '" + name + "'", from,
                           [&] { return os::open_regular_file(path).is_open(); });
}

}  // namespace

Spec read_spec(const std::string& path, base::Diagnostics& diagnostics) {
  Spec spec;
  spec.name = name_of_file(path);
  const Value whole =
      value::read_yaml(base::register_source(path, os::require_file(path)), diagnostics);
  if (whole.is_dict())
    Reader(diagnostics).read(whole, spec);
  else
    diagnostics.add(Error(Kind::input, "'" + path + "' holds no keys with values"));
  return spec;
}

std::string spec_path(const std::string& name, const base::Pos& from, std::string folder) {
  if (name.find('/') != std::string::npos)
    throw Error(Kind::input, "a hardware specification cannot be called '" + name + "'", from)
        .set_hint("give the name alone: its file lies in 'hardware' beside the inventory");
  std::vector<std::string> names;
  if (from.is_known()) folder = os::parent_of(from.source.source().name);
  if (folder.empty()) folder = ".";
  for (int above = 0; above <= folders_above; ++above) {
    const std::string shelf = os::join_path(folder, "hardware");
    const std::string path = os::join_path(shelf, name + ".yml");
    if (is_there(path, name, from)) return path;
    if (os::is_directory(shelf))
      for (const std::string& entry : os::entries(shelf))
        if (entry.ends_with(".yml")) names.push_back(name_of_file(entry));
    const std::string upper = os::parent_of(os::absolute(folder));
    if (upper == os::absolute(folder)) break;
    folder = upper;
  }
  const std::string near = base::suggestion(name, names);
  std::string hint = near;
  if (near.empty())
    hint = names.empty() ? "write 'hardware/" + name + ".yml' beside the inventory"
                         : "there are: " + base::join(names, ", ");
  throw Error(Kind::input, "there is no hardware specification '" + name + "'", from)
      .set_hint(hint);
}

bool is_older(const std::string& version, const std::string& than) {
  return pieces_of(version) < pieces_of(than);
}

}  // namespace provisioner::hardware
