// Answers for screen_texts_compare.py: each line of standard input is {"diff": [before, after]},
// {"repr": value} or {"wrap": [text, width]}; each answer is one line of JSON, a text.

#include <iostream>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/python_text.h"
#include "provisioner/front/view/line_diff.h"
#include "provisioner/front/view/screen_text.h"

namespace {

using namespace provisioner;

std::string answer(const value::Value& question) {
  if (const value::Value* sides = question.find("diff"))
    return view::unified_diff(sides->list()[0].text(), sides->list()[1].text(), 3);
  if (const value::Value* wrap = question.find("wrap"))
    return view::wrapped(wrap->list()[0].text(),
                         static_cast<std::size_t>(wrap->list()[1].integer()));
  return value::python_repr(*question.find("repr"));
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line))
    std::cout << value::write_json(answer(value::read_json(line))) << "\n";
}
