<?php
// php responses.php COURSEID FORMAT < PLAN.json: a quiz with a random question of each category named; every student attempts it; Moodle's own
// responses report, downloaded as FORMAT (csv, json, excel, ods, html), goes to standard output; grades go to standard error.
// PLAN: {"categories": ["whole sheets", "question 5"], "lang": "en", "students": [{"username", "first", "last", "mail", "id", "answers": {IDNUMBER: {"answer": …}}}]}
define('CLI_SCRIPT', true);
require(getenv('MOODLE') . '/config.php'); if (!getenv('WARN')) { error_reporting(0); ini_set('display_errors', 0); $CFG->debug = 0; }
require_once($CFG->libdir . '/testing/generator/lib.php'); require_once($CFG->dirroot . '/mod/quiz/locallib.php');
require_once($CFG->dirroot . '/mod/quiz/report/responses/report.php');
[$me, $courseid, $as] = $argv; $plan = json_decode(stream_get_contents(STDIN), true);
\core\session\manager::set_user(get_admin()); force_current_language($plan['lang'] ?? 'en');
set_config('showuseridentity', 'idnumber,email');
$gen = new testing_data_generator(); $course = get_course($courseid); $ctx = context_course::instance($courseid);
$quiz = $gen->create_module('quiz', ['course' => $courseid, 'name' => 'Backpropagation by hand', 'questionsperpage' => 0, 'grade' => 20, 'sumgrades' => 0, 'attempts' => 0]);
$structure = \mod_quiz\structure::create_for_quiz(\mod_quiz\quiz_settings::create($quiz->id, get_admin()->id));
foreach ($plan['categories'] as $name) {
    $cat = $DB->get_record('question_categories', ['contextid' => $ctx->id, 'name' => $name], '*', MUST_EXIST);
    $structure->add_random_questions(0, 1, ['filter' => ['category' => ['jointype' => 1, 'values' => [$cat->id], 'filteroptions' => ['includesubcategories' => false]]]]);
}
\mod_quiz\quiz_settings::create($quiz->id, get_admin()->id)->get_grade_calculator()->recompute_quiz_sumgrades();
$cm = get_coursemodule_from_instance('quiz', $quiz->id);
$PAGE->set_url('/mod/quiz/report.php', ['id' => $cm->id]); $PAGE->set_context(context_module::instance($cm->id)); $PAGE->set_cm($cm, $course); $PAGE->set_pagelayout('report');
foreach ($plan['students'] as $s) {
    $user = $DB->get_record('user', ['username' => $s['username']]) ?: $gen->create_user(['username' => $s['username'], 'firstname' => $s['first'], 'lastname' => $s['last'], 'email' => $s['mail'], 'idnumber' => $s['id']]);
    $gen->enrol_user($user->id, $courseid, 'student');
    if (!isset($s['answers'])) { continue; }
    $obj = \mod_quiz\quiz_settings::create($quiz->id, $user->id);
    $quba = question_engine::make_questions_usage_by_activity('mod_quiz', $obj->get_context()); $quba->set_preferred_behaviour('deferredfeedback');
    $attempt = quiz_create_attempt($obj, 1, null, time(), false, $user->id);
    quiz_start_new_attempt($obj, $quba, $attempt, 1, time()); quiz_attempt_save_started($obj, $quba, $attempt);
    $quba = question_engine::load_questions_usage_by_activity($attempt->uniqueid);
    foreach ($quba->get_slots() as $slot) {
        $q = $quba->get_question($slot); $data = $s['answers'][$q->idnumber] ?? null;
        if ($data === null) { continue; }
        if (isset($data['option'])) { $order = $q->get_order($quba->get_question_attempt($slot)); $data = ['answer' => array_search(array_keys($q->answers)[$data['option']], $order)]; }
        $quba->process_action($slot, $data);
    }
    question_engine::save_questions_usage_by_activity($quba);
    \mod_quiz\quiz_attempt::create($attempt->id)->process_finish(time(), false);
    $quba = question_engine::load_questions_usage_by_activity($attempt->uniqueid); $given = [];
    foreach ($quba->get_slots() as $slot) {
        $q = $quba->get_question($slot); $subs = [];
        foreach ($q->subquestions ?? [] as $i => $sub) { $r = $s['answers'][$q->idnumber]["sub{$i}_answer"] ?? ''; [$f] = $r === '' ? [0] : $sub->grade_response(['answer' => $r]); $subs[$i] = $f * $sub->defaultmark; }
        $given[] = ['question' => $q->idnumber, 'mark' => $quba->get_question_mark($slot), 'of' => $quba->get_question_max_mark($slot), 'subs' => $subs];
    }
    fwrite(STDERR, json_encode(['student' => $s['id'], 'slots' => $given]) . "\n");
}
$_GET = $_POST = ['id' => $cm->id, 'mode' => 'responses', 'download' => $as, 'qtext' => 1, 'resp' => 1, 'right' => 1, 'attempts' => 'enrolled_any', 'onlygraded' => 0, 'whichtries' => 'last', 'sesskey' => sesskey()];
$report = new quiz_responses_report(); $report->display($DB->get_record('quiz', ['id' => $quiz->id]), $cm, $course);
