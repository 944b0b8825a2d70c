#pragma once

#include <string>
#include <vector>

#include "provisioner/platform/access/access.h"

namespace provisioner::gates {

// What C-13 asks the API as each role: every one of `asks` over all namespaces, and those that are
// asked of namespaces in each of `places`.
struct AccessQuestions {
  std::vector<std::string> asks;    // "get apps deployments n", "list - nodes c": verb, group ("-":
                                    // the core's), resource; n in namespaces, c in none
  std::vector<std::string> places;  // namespaces
};
AccessQuestions questions_of(const access::Access& access);

// Whether a role's group has what the role has in a place ("-": the whole cluster): one thing that
// it may there, and lesser roles may not where there is such a thing.
struct GroupQuestion {
  std::string role, verb;
  std::string resource;  // "deployments.apps"
  std::string place, group;

  std::string fact() const { return "group " + role + " " + place + " " + group; }
};
std::vector<GroupQuestion> group_questions(const access::Access& access);

}  // namespace provisioner::gates
