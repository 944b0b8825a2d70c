// Values as scripts read them.

#include "provisioner/front/platform/gates_words.h"

#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::platform {

void put(std::string& text, const std::string& name, const std::string& value) {
  text += name + "=" + base::shell_quote(value) + "\n";
}

std::string words_of(const value::Value* list) {
  std::vector<std::string> words;
  if (list != nullptr && list->is_list())
    for (const value::Value& one : list->list()) words.push_back(value::Dict::key_text(one));
  return base::join(words, " ");
}

}  // namespace provisioner::platform
