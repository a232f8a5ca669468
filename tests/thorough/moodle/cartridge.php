<?php
// php cartridge.php FILE.imscc: Moodle's own conversion and restore of a Common Cartridge; its quizzes, questions and answers.
define('CLI_SCRIPT', true);
require(getenv('MOODLE') . '/config.php'); error_reporting(E_ERROR); ini_set('display_errors', 1); $CFG->debug = 0;
require_once($CFG->dirroot . '/course/lib.php'); require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php'); require_once($CFG->libdir . '/questionlib.php');
chdir($CFG->dirroot . '/backup'); \core\session\manager::set_user(get_admin());
$course = create_course((object)['shortname' => 'CC' . microtime(true), 'fullname' => 'CC', 'category' => 1]);
$x = 'cc' . random_int(1, 1e9); $dir = make_backup_temp_directory($x); get_file_packer('application/zip')->extract_to_pathname($argv[1], $dir);
$c = new restore_controller($x, $course->id, backup::INTERACTIVE_NO, backup::MODE_GENERAL, get_admin()->id, backup::TARGET_EXISTING_ADDING);
echo "format ", $c->get_format(), "\n";
if ($c->get_status() == backup::STATUS_REQUIRE_CONV) { $c->convert(); }
if (!$c->execute_precheck()) { print_r($c->get_precheck_results()); }
$c->execute_plan(); $c->destroy();
foreach ($DB->get_records('quiz', ['course' => $course->id]) as $q) {
    $slots = $DB->get_records('quiz_slots', ['quizid' => $q->id]); echo json_encode(['quiz' => $q->name, 'slots' => count($slots), 'marks' => array_sum(array_map(fn($s) => $s->maxmark, $slots))]), "\n";
}
$ctx = context_course::instance($course->id);
$ids = $DB->get_fieldset_sql("select v.questionid from {question_versions} v join {question_bank_entries} e on e.id=v.questionbankentryid join {question_categories} c on c.id=e.questioncategoryid where c.contextid in (select id from {context} where path like ?)", [$ctx->path . '%']);
foreach ($ids as $id) { $q = question_bank::load_question_data($id); $files = substr_count($q->questiontext, '<img'); echo json_encode(['id' => $id, 'name' => $q->name, 'type' => $q->qtype, 'mark' => (float)$q->defaultmark, 'answers' => array_map(fn($a) => [$a->answer, (float)$a->fraction], array_slice(array_values((array)($q->options->answers ?? [])), 0, 4)), 'n' => count((array)($q->options->answers ?? [])), 'img' => $files]), "\n"; }
