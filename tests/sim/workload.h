// The people of the simulation: applicants who hand in cases, officers of both provinces who
// decide, citizens who rate — each repeating a call until it is answered — and the auditor who
// writes down every answer and at the end compares it with what the services kept.

#ifndef ONETHING_TESTS_SIM_WORKLOAD_H_
#define ONETHING_TESTS_SIM_WORKLOAD_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tests/sim/sim_world.h"

namespace onething::sim {

// Single-threaded; the world outlives it, and no event of it runs after it.
class Workload {
 public:
  explicit Workload(SimWorld* world);

  // Publishes items, licence types and the bundle, in a world without faults.
  absl::Status Prepare();

  // Hands in `cases` cases over the next minutes, and keeps officers and citizens at work from now
  // on.
  void Begin(int cases);

  // What keeps the run from its end: a case without an answer or not yet ended. Empty once every
  // case has ended and has its licences.
  std::string Unfinished();

  // Whether every answer the auditor wrote down is kept, each with one effect, on both sides. In a
  // healed, settled world.
  absl::Status Audit();

 private:
  absl::Status PrepareLicenseType(const std::string& province, const std::string& code);
  void SubmitCase(int number);
  void OfficersWork();
  void WorkAt(const std::string& province, const std::string& authority);
  void Decide(const std::string& province, const workflow::v1::Task& task);
  void CitizensRate();
  absl::Status AuditCase(const std::string& name, int* invited, int* handed_over,
                         std::set<std::string>* licenses);
  workflow::v1::Application RandomApplication();

  SimWorld& world_;
  bundle::v1::Bundle bundle_;
  workflow::v1::Application sample_;
  int wanted_cases_ = 0;
  // What was answered: case by request, decision by province and task, level by case and service.
  std::map<std::string, std::string> cases_;
  std::map<std::string, workflow::v1::Decision> decisions_;
  std::map<std::string, int> ratings_;
  int doubled_decisions_ = 0;
  int request_count_ = 0;
};

}  // namespace onething::sim

#endif  // ONETHING_TESTS_SIM_WORKLOAD_H_
