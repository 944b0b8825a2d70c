// Answers of one asking, kept for a while.

#include "provisioner/machine/reimage/kept_answers.h"

#include <algorithm>

namespace provisioner::reimage {

bool KeptAnswers::is_known(const std::vector<Question>& questions) const {
  return std::ranges::all_of(questions, [&](const Question& question) {
    const auto known = answers_.find(question.guard->group);
    return known != answers_.end() &&
           std::ranges::all_of(question.members, [&](const std::string& member) {
             return known->second.contains(member);
           });
  });
}

Answers KeptAnswers::ask(const std::vector<Question>& questions) {
  if (clock_.now() - time_ < good_for_ && is_known(questions)) return answers_;
  Answers told = asked_.ask(questions);
  time_ = clock_.now();
  answers_.clear();
  for (const Question& question : questions)
    for (const std::string& member : question.members) {
      Health& health = answers_[question.guard->group][member];
      health = {.is_alive = false, .because = "gave no answer in time"};
      if (const auto group = told.find(question.guard->group); group != told.end())
        if (const auto found = group->second.find(member); found != group->second.end())
          health = found->second;
    }
  return answers_;
}

}  // namespace provisioner::reimage
