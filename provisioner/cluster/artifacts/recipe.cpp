// Building what cannot be had ready-made, once.

#include "provisioner/cluster/artifacts/recipe.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/content.h"
#include "provisioner/base/os/entries_below.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using value::Value;
using Problem = base::Kind;

constexpr std::chrono::hours patience{2};  // for one recipe, on a slow machine
constexpr int deepest = 16;                // recipes that need each other

bool is_recipe_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

std::string program_of(const std::string& folder) { return os::join_path(folder, "build"); }

std::string folder_of(const std::string& name, const std::vector<std::string>& folders) {
  std::vector<std::string> known;
  for (const std::string& folder : folders) {
    if (is_recipe_name(name) && os::is_executable(program_of(os::join_path(folder, name))))
      return os::join_path(folder, name);
    if (os::is_directory(folder))
      for (const std::string& entry : os::entries(folder))
        if (os::is_executable(program_of(os::join_path(folder, entry)))) known.push_back(entry);
  }
  throw Error(Problem::input, "there is no recipe '" + name + "': no folder 'recipes/" + name +
                                  "' with a program 'build' in it")
      .set_hint(base::suggestion(name, known));
}

// All that lies in the folder, names and modes too: whatever a build may look at.
std::string digest_of_folder(const std::string& folder) {
  std::vector<std::string> lines;
  for (const os::EntryBelow& entry : os::entries_below(folder)) {
    if (!entry.is_file && !(entry.is_link && os::is_file(entry.path))) continue;
    const bool is_program = os::is_executable(entry.path);
    lines.push_back(entry.path.substr(folder.size()) + (is_program ? " x " : " - ") +
                    crypto::file_digest("sha256", entry.path));
  }
  std::ranges::sort(lines);
  return crypto::sha256(base::join(lines, "\n"));
}

std::vector<std::string> needs_of(const std::string& folder) {
  std::vector<std::string> names;
  const std::string text = os::read_file(os::join_path(folder, "needs")).value_or("");
  for (const std::string_view line : base::lines_of(text))
    if (const std::string_view name = base::trim(line); !name.empty() && !name.starts_with('#'))
      names.emplace_back(name);
  return names;
}

Recipe found_recipe(const std::string& name, const std::vector<std::string>& folders, int depth) {
  if (depth > deepest)
    throw Error(Problem::input, "the recipe '" + name + "' needs itself, or too many in a row");
  Recipe recipe{.name = name, .folder = folder_of(name, folders), .needs = {}, .key = {}};
  recipe.needs = needs_of(recipe.folder);
  std::string all = digest_of_folder(recipe.folder);
  for (const std::string& need : recipe.needs)
    all += "\n" + base::while_doing("looking for what the recipe '" + name + "' needs", {},
                                    [&] { return found_recipe(need, folders, depth + 1).key; });
  recipe.key = crypto::sha256(all);
  return recipe;
}

std::string record_path(const Store& store, const std::string& key) {
  return store.directory() + "/builds/" + key;
}

struct Record {
  std::map<std::string, Kept> outputs;
  std::vector<std::string> needs;
};

std::optional<Record> read_record(const Store& store, const std::string& key) {
  const auto text = os::read_file(record_path(store, key));
  if (!text) return std::nullopt;
  const Value read = value::read_json(*text, record_path(store, key));
  Record record;
  if (const Value* outputs = read.find("outputs"); outputs != nullptr && outputs->is_dict())
    for (const auto& [name, said] : outputs->dict())
      record.outputs[value::Dict::key_text(name)] = {
          text_or(said, "sha256", ""), static_cast<std::uint64_t>(integer_or(said, "size", 0))};
  if (const Value* needs = read.find("needs"); needs != nullptr && needs->is_list())
    for (const Value& need : needs->list())
      if (need.is_string()) record.needs.push_back(need.text());
  return record;
}

void write_record(const Store& store, const Recipe& recipe, const Record& record) {
  value::Dict outputs;
  for (const auto& [name, kept] : record.outputs)
    outputs.set(name, Value(value::Dict{{"sha256", kept.sha256},
                                        {"size", static_cast<std::int64_t>(kept.size)}}));
  value::List needs;
  for (const std::string& need : record.needs) needs.emplace_back(need);
  os::make_directories(store.directory() + "/builds");
  os::write_file(
      record_path(store, recipe.key),
      value::write_json(Value(value::Dict{
          {"recipe", recipe.name}, {"outputs", std::move(outputs)}, {"needs", std::move(needs)}})) +
          "\n");
}

bool is_whole(const Store& store, const Record& record) {
  return std::ranges::all_of(record.outputs, [&](const auto& output) {
    return crypto::is_sha256(output.second.sha256) &&
           store.size_of(output.second.sha256) == output.second.size;
  });
}

// Under their names again, for the next recipe to find.
void lay_out(const Store& store, const std::map<std::string, Kept>& outputs,
             const std::string& directory) {
  os::make_directories(directory);
  for (const auto& [name, kept] : outputs) {
    std::error_code code;
    std::filesystem::copy_file(store.path(kept.sha256), os::join_path(directory, name), code);
    // What was a program is one again: the store keeps bytes alone.
    if (code || ::chmod(os::join_path(directory, name).c_str(), 0755) != 0)
      throw Error(Problem::failed, "cannot lay out '" + name + "' for a recipe: " + code.message());
  }
}

std::string variable_of(const std::string& recipe) {
  std::string name = "RECIPE_";
  for (const char letter : recipe) {
    const bool is_lower = letter >= 'a' && letter <= 'z';
    const bool is_kept = (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    name += is_lower ? static_cast<char>(letter - 'a' + 'A') : is_kept ? letter : '_';
  }
  return name;
}

std::map<std::string, Kept> take_outputs(const Store& store, const Recipe& recipe,
                                         const std::string& directory) {
  std::map<std::string, Kept> outputs;
  for (const std::string& name : os::entries(directory))
    outputs[name] = store.take(os::join_path(directory, name));
  if (outputs.empty())
    throw Error(Problem::failed, "the recipe '" + recipe.name + "' has made nothing");
  return outputs;
}

}  // namespace

Recipe find_recipe(const std::string& name, const std::vector<std::string>& folders) {
  return found_recipe(name, folders, 0);
}

Recipe find_recipe(const std::string& name) {
  return find_recipe(name, os::content_places("recipes"));
}

std::map<std::string, Kept> outputs_of(const Recipe& recipe, const Store& store,
                                       const Progress& progress) {
  if (const auto record = read_record(store, recipe.key); record && is_whole(store, *record))
    return record->outputs;
  const os::TemporaryDirectory work = store.work_place();
  Record record;
  os::Command command{.argv = {"setpriv", "--pdeathsig", "KILL", program_of(recipe.folder),
                               os::join_path(work.path(), "out")},
                      .directory = recipe.folder,
                      .deadline = patience,
                      .is_stoppable = true};
  for (const std::string& name : recipe.needs) {
    const Recipe need = find_recipe(name, {os::parent_of(recipe.folder)});
    const std::string place = os::join_path(work.path(), "needs/" + name);
    lay_out(store, outputs_of(need, store, progress), place);
    command.environment.emplace_back(variable_of(name), place);
    record.needs.push_back(need.key);
  }
  os::make_directories(command.argv.back());
  progress("building '" + recipe.name + "', once");
  base::while_doing("building the recipe '" + recipe.name + "'", {},
                    [&] { os::run_checked(command); });
  record.outputs = take_outputs(store, recipe, command.argv.back());
  write_record(store, recipe, record);
  return record.outputs;
}

std::map<std::string, Built> builds_in(const Store& store) {
  std::map<std::string, Built> builds;
  const std::string directory = store.directory() + "/builds";
  if (!os::is_directory(directory)) return builds;
  for (const std::string& key : os::entries(directory)) {
    if (!crypto::is_sha256(key)) continue;
    const auto record = read_record(store, key);
    if (!record) continue;
    Built& built = builds[key];
    built.needs = record->needs;
    for (const auto& [name, kept] : record->outputs) built.outputs.push_back(kept.sha256);
  }
  return builds;
}

void forget_build(const Store& store, const std::string& key) {
  os::remove_file(record_path(store, key));
}

}  // namespace provisioner::artifacts
