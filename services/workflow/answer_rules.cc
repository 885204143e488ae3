#include "services/workflow/answer_rules.h"

#include <set>
#include <vector>
namespace onething::workflow {
namespace {

// Tries answers to the questions of one bundle.
class AnswerSearch {
 public:
  explicit AnswerSearch(const CompiledBundle& compiled) : compiled_(compiled) {}

  // Whether `condition` can hold; also true when the steps are spent.
  bool CanHold(const CompiledCondition& condition) {
    std::set<int> relevant;
    AddQuestions(condition, &relevant);
    const std::vector<int> questions(relevant.begin(), relevant.end());
    ChosenOptions chosen(static_cast<size_t>(compiled_.bundle().questions_size()), kNotAnswered);
    return Try(questions, 0, condition, &chosen);
  }

 private:
  // The questions that a condition looks at, and those that decide whether these are asked.
  void AddQuestions(const CompiledCondition& condition, std::set<int>* questions) const {
    for (const auto* terms : {&condition.all, &condition.any, &condition.none}) {
      for (const CompiledCondition::Term& term : *terms) {
        if (questions->insert(term.question).second) {
          AddQuestions(compiled_.when_of_question(term.question), questions);
        }
      }
    }
  }

  // Answers questions[next] and all after it, in the order in which they are asked.
  bool Try(const std::vector<int>& questions, size_t next, const CompiledCondition& condition,
           ChosenOptions* chosen) {
    if (next == questions.size()) return condition.Holds(*chosen);
    if (--steps_left_ < 0) return true;
    const int question = questions[next];
    int& answer = (*chosen)[static_cast<size_t>(question)];
    if (!compiled_.when_of_question(question).Holds(*chosen)) {
      answer = kNotAnswered;
      return Try(questions, next + 1, condition, chosen);
    }
    const auto& options = compiled_.bundle().questions(question).options();
    for (int option = 0; option < options.size(); ++option) {
      answer = option;
      if (!options[option].has_exclusion() && Try(questions, next + 1, condition, chosen)) {
        return true;
      }
    }
    answer = kNotAnswered;
    return false;
  }

  const CompiledBundle& compiled_;
  int steps_left_ = kAnswerStepsMax;
};

}  // namespace

void CheckAnswers(const CompiledBundle& compiled, BundleFindings* findings) {
  const bundle::v1::Bundle& bundle = compiled.bundle();
  AnswerSearch search(compiled);
  const auto path = [](absl::string_view list, int position) {
    return absl::StrCat(ElementPath(list, position), ".when");
  };
  for (int i = 0; i < bundle.questions_size(); ++i) {
    if (!search.CanHold(compiled.when_of_question(i))) {
      findings->Warning(path("questions", i), "无论前面怎样回答，都不会问到这个问题");
    }
  }
  for (int i = 0; i < bundle.items_size(); ++i) {
    if (!search.CanHold(compiled.when_of_item(i))) {
      findings->Error(path("items", i), "无论怎样回答，都不会办到这个事项");
    }
  }
  for (int i = 0; i < bundle.materials_size(); ++i) {
    if (!search.CanHold(compiled.when_of_material(i))) {
      findings->Warning(path("materials", i), "无论怎样回答，都不会要这份材料");
    }
  }
  for (int i = 0; i < bundle.fields_size(); ++i) {
    if (!search.CanHold(compiled.when_of_field(i))) {
      findings->Warning(path("fields", i), "无论怎样回答，都不会填这个表单项");
    }
  }
}

}  // namespace onething::workflow
