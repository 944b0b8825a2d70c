#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::playbook {

// What a dict of a playbook describes; which keywords it may have.
enum class Thing : std::uint8_t {
  play,
  import_playbook,
  role,
  block,
  task,
  handler,
  include,
  loop_control
};

std::string_view name_of(Thing thing);  // "play", "task": for messages

// What a keyword's value has to be, unless it is a template.
enum class Shape : std::uint8_t {
  any,
  text,
  texts,
  boolean,
  integer,
  number,
  dict,
  list,
  condition,
  tasks,
  vars,
  environment,
  tags
};

struct Keyword {
  std::string_view name;
  Shape shape;
  unsigned things;  // bits of Thing
};

const Keyword* find_keyword(Thing thing, std::string_view name);
std::vector<std::string> keyword_names(Thing thing);

// Reports keys that no `thing` has, with the nearest that it has, and values of the wrong shape.
// Keys in `also_known` are left alone.
void check_keywords(const value::Dict& given, Thing thing,
                    const std::vector<std::string>& also_known, base::Diagnostics& diagnostics);

// Says which keywords do nothing here: `debugger`, and `poll: 0` beside `async`.
void warn_of_idle_keywords(const value::Dict& given, Thing thing, base::Diagnostics& diagnostics);

// The inherited keywords that stand in a dict; shapes are checked elsewhere, and what has the wrong
// one is left out.
Keywords read_keywords(const value::Dict& given);

// What holds inside `inner` when it stands in `outer`: the nearest wins, and environment,
// module_defaults, when and tags add up. `vars` are the inner ones alone.
Keywords inherit(const Keywords& outer, const Keywords& inner);

// A value that may be given alone or as a list.
std::vector<value::Value> as_list(const value::Value* given);
std::vector<std::string> as_texts(const value::Value* given, bool split_at_commas);

bool is_template(const value::Value& value);

}  // namespace provisioner::playbook
