// artifacts/SITE.yml, strictly, and artifacts/SITE.lock.

#include "provisioner/cluster/artifacts/artifact_list.h"

#include <algorithm>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using value::Value;
using Problem = base::Kind;

constexpr std::int64_t format = 1;
constexpr const char* origins =
    "https://..., http://..., file:PATH, oci://HOST/REPOSITORY:TAG or build:RECIPE/OUTPUT";

// They become parts of paths, URLs and lines of tables.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') ||
                  std::string_view("._+~-").find(letter) != std::string_view::npos;
         });
}

// HOST[:PORT]/PATH:TAG, as the distribution's reference grammar has it, without a digest.
bool is_image_name(std::string_view text) {
  const std::size_t slash = text.find('/'), colon = text.rfind(':');
  return slash != std::string_view::npos && slash > 0 && colon != std::string_view::npos &&
         colon > slash + 1 && colon + 1 < text.size() &&
         text.find_first_of(" @\"'\\\n\t") == std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  WantedList read(const Value& whole) {
    WantedList all;
    if (!value::check_keys(whole, {"artifacts", "alone"}, diagnostics_)) return all;
    if (const Value* alone = whole.find("alone"); alone != nullptr && !alone->is_boolean())
      add("'alone' is true or false: whether the lists of lower layers count", alone->pos());
    all.is_alone = value::boolean_or(whole, "alone", false);
    const Value* list = whole.find("artifacts");
    if (list == nullptr || !list->is_list()) {
      add("'artifacts' is a list of what a site wants", whole.pos());
      return all;
    }
    for (const Value& entry : list->list()) take(entry, all.entries);
    return all;
  }

 private:
  void add(const std::string& message, const base::Pos& pos, const std::string& hint = {}) {
    diagnostics_.add(Error(Problem::input, message, pos).set_hint(hint));
  }

  // "" and an error where it is missing or no text; versions like 1.10 are no numbers.
  std::string text(const Value& entry, const char* key, const std::string& expected) {
    const Value* found = entry.find(key);
    if (found == nullptr) {
      add("'" + std::string(key) + "' is missing: " + expected, entry.pos());
      return {};
    }
    if (found->is_string()) return found->text();
    add("'" + std::string(key) + "' is " + expected + ", found " +
            std::string(value::name_of(found->kind())),
        found->pos(), "put it in quotes if it is meant as text");
    return {};
  }

  void take(const Value& entry, std::vector<Wanted>& all) {
    if (!value::check_keys(entry, {"name", "version", "kind", "from", "sha256", "image"},
                           diagnostics_))
      return;
    Wanted wanted{.name = text(entry, "name", "what roles call it"),
                  .version = text(entry, "version", "its version, as its makers write it"),
                  .from = {},
                  .pos = entry.pos()};
    take_name(entry, "name", wanted.name);
    take_name(entry, "version", wanted.version);
    take_kind(entry, wanted);
    take_origin(entry, wanted);
    take_digest(entry, wanted);
    take_image(entry, wanted);
    if (find_entry(all, wanted.name, wanted.version) != nullptr)
      add("'" + called(wanted) + "' is there already", entry.pos());
    all.push_back(std::move(wanted));
  }

  void take_name(const Value& entry, const char* key, const std::string& text) {
    if (!text.empty() && !is_name(text))
      add("'" + std::string(key) + "' consists of letters, digits and . _ + ~ -, found '" + text +
              "'",
          entry.find(key)->pos());
  }

  void take_kind(const Value& entry, Wanted& wanted) {
    const std::string expected = "binary, package, image, chart or file";
    const std::string word = text(entry, "kind", expected);
    if (word.empty()) return;
    if (const auto kind = kind_named(word))
      wanted.kind = *kind;
    else
      add("'kind' is " + expected + ", found '" + word + "'", entry.find("kind")->pos());
  }

  void take_origin(const Value& entry, Wanted& wanted) {
    const std::string word = text(entry, "from", origins);
    if (word.empty()) return;
    if (const auto origin = read_origin(word))
      wanted.from = *origin;
    else
      add("'from' is " + std::string(origins) + ", found '" + word + "'",
          entry.find("from")->pos());
  }

  void take_digest(const Value& entry, Wanted& wanted) {
    const Value* found = entry.find("sha256");
    if (found == nullptr) return;
    if (found->is_string() && crypto::is_sha256(found->text()))
      wanted.sha256 = found->text();
    else
      add("'sha256' is 64 hexadecimal digits in lower case", found->pos());
  }

  void take_image(const Value& entry, Wanted& wanted) {
    const Value* found = entry.find("image");
    const bool is_image = wanted.kind == Kind::image;
    if (found == nullptr && is_image)
      add("'image' is missing: the name that pods use, with its registry and its tag", entry.pos());
    if (found == nullptr) return;
    if (!is_image)
      add("only an artefact of kind 'image' has a name that pods use", found->pos());
    else if (!found->is_string() || !is_image_name(found->text()))
      add("'image' is a name like registry.k8s.io/pause:3.10", found->pos());
    else
      wanted.image = found->text();
  }

  base::Diagnostics& diagnostics_;
};

Locked locked_of(const Value& entry) {
  Locked locked{
      .name = text_or(entry, "name", ""),
      .version = text_or(entry, "version", ""),
      .from = text_or(entry, "from", ""),
      .sha256 = text_or(entry, "sha256", ""),
      .size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_or(entry, "size", -1))),
      .image = text_or(entry, "image", "")};
  const auto kind = kind_named(text_or(entry, "kind", ""));
  if (!is_name(locked.name) || !is_name(locked.version) || !kind || !read_origin(locked.from) ||
      !crypto::is_sha256(locked.sha256) || (*kind == Kind::image) == locked.image.empty())
    throw Error(Problem::input, "this is no entry of a lock of artefacts", entry.pos())
        .set_hint("the file is written by 'provisioner artifacts lock': put it back as it was");
  locked.kind = *kind;
  return locked;
}

}  // namespace

ListFiles list_files(const std::string& inventory_source) {
  std::string path = os::absolute(inventory_source);
  const std::string folder = os::parent_of(path) + "/artifacts/";
  std::string name = path.substr(path.rfind('/') + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0)
    name.resize(dot);
  return {folder + name + ".yml", folder + name + ".lock"};
}

WantedList read_wanted(const std::string& path, base::Diagnostics& diagnostics) {
  const auto source = base::register_source(path, os::require_regular_file(path).bytes);
  return Reader(diagnostics).read(value::read_yaml(source, diagnostics));
}

std::vector<Locked> read_lock(const std::string& path) {
  const auto file = os::read_regular_file(path);
  if (!file) return {};
  base::Diagnostics diagnostics;
  const Value whole = value::read_yaml(base::register_source(path, file->bytes), diagnostics);
  if (integer_or(whole, "format", 0) != format)
    throw Error(Problem::input,
                "'" + path + "' is no lock of artefacts in format " + std::to_string(format))
        .set_hint("a newer provisioner may have written it");
  std::vector<Locked> entries;
  if (const Value* list = whole.find("artifacts"); list != nullptr && list->is_list())
    for (const Value& entry : list->list()) entries.push_back(locked_of(entry));
  return entries;
}

// One line an entry: what changed between two locks is what a reviewer wants to see.
void write_lock(const std::string& path, const std::vector<Locked>& entries) {
  std::vector<Locked> sorted = entries;
  std::ranges::sort(sorted, {},
                    [](const Locked& locked) { return std::pair(locked.name, locked.version); });
  std::string text =
      "# Written by `provisioner artifacts lock`; review it and commit it.\nformat: " +
      std::to_string(format) + "\nartifacts:" + (sorted.empty() ? " []" : "") + "\n";
  for (const Locked& locked : sorted) {
    value::Dict said{{"name", locked.name},
                     {"version", locked.version},
                     {"kind", std::string(name_of(locked.kind))},
                     {"sha256", locked.sha256},
                     {"size", static_cast<std::int64_t>(locked.size)},
                     {"from", locked.from}};
    if (!locked.image.empty()) said.set("image", locked.image);
    text += "  - " + value::write_json(Value(std::move(said))) + "\n";
  }
  os::make_directories(os::parent_of(path));
  os::write_file(path, text);
}

}  // namespace provisioner::artifacts
