// Types of what an image's configuration says, as Go's image-spec (specs-go/v1) has them.

#include "provisioner/cluster/registry/config_mistake.h"

#include <algorithm>
#include <span>

namespace provisioner::registry {
namespace {

using value::Value;

struct Member {
  const char* key;
  bool (*is_right)(const Value& said);
  const char* expected;
};

bool is_text(const Value& said) { return said.is_string(); }
bool is_flag(const Value& said) { return said.is_boolean(); }
bool is_object(const Value& said) { return said.is_dict(); }

template <bool (*is_right)(const Value&)>
bool is_list_of(const Value& said) {
  return said.is_list() && std::ranges::all_of(said.list(), [](const Value& item) {
           return item.is_none() || is_right(item);
         });
}

template <bool (*is_right)(const Value&)>
bool is_object_of(const Value& said) {
  return said.is_dict() && std::ranges::all_of(said.dict(), [](const value::Dict::Entry& entry) {
           return entry.value.is_none() || is_right(entry.value);
         });
}

constexpr const char *text = "a string", *flag = "true or false", *object = "an object",
                     *texts = "a list of strings", *objects = "a list of objects",
                     *texts_by_name = "an object of strings",
                     *objects_by_name = "an object of objects";

constexpr Member of_image[] = {
    {"architecture", is_text, text},
    {"os", is_text, text},
    {"variant", is_text, text},
    {"os.version", is_text, text},
    {"os.features", is_list_of<is_text>, texts},
    {"created", is_text, text},
    {"author", is_text, text},
    {"config", is_object, object},
    {"rootfs", is_object, object},
    {"history", is_list_of<is_object>, objects},
};
constexpr Member of_run[] = {
    {"User", is_text, text},
    {"WorkingDir", is_text, text},
    {"StopSignal", is_text, text},
    {"Env", is_list_of<is_text>, texts},
    {"Entrypoint", is_list_of<is_text>, texts},
    {"Cmd", is_list_of<is_text>, texts},
    {"ExposedPorts", is_object_of<is_object>, objects_by_name},
    {"Volumes", is_object_of<is_object>, objects_by_name},
    {"Labels", is_object_of<is_text>, texts_by_name},
    {"ArgsEscaped", is_flag, flag},
};
constexpr Member of_files[] = {
    {"type", is_text, text},
    {"diff_ids", is_list_of<is_text>, texts},
};
constexpr Member of_step[] = {
    {"created", is_text, text}, {"created_by", is_text, text},  {"author", is_text, text},
    {"comment", is_text, text}, {"empty_layer", is_flag, flag},
};

std::string mistake_in(const Value& said, std::span<const Member> members,
                       const std::string& where) {
  for (const Member& member : members) {
    const Value* found = said.find(member.key);
    if (found != nullptr && !found->is_none() && !member.is_right(*found))
      return "'" + where + member.key + "' is " + member.expected + ", found " +
             std::string(value::name_of(found->kind()));
  }
  return {};
}

}  // namespace

std::string config_mistake(const Value& config) {
  if (!config.is_dict())
    return "expected an object, found " + std::string(value::name_of(config.kind()));
  std::string mistake = mistake_in(config, of_image, "");
  if (const Value* run = config.find("config"); mistake.empty() && run != nullptr)
    mistake = mistake_in(*run, of_run, "config.");
  if (const Value* files = config.find("rootfs"); mistake.empty() && files != nullptr)
    mistake = mistake_in(*files, of_files, "rootfs.");
  if (!mistake.empty()) return mistake;
  for (const Value& step : value::items_of(config.find("history")))
    if (mistake = mistake_in(step, of_step, "history."); !mistake.empty()) break;
  return mistake;
}

}  // namespace provisioner::registry
