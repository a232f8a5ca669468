<?php
// php scorm.php PACKAGE.zip: Moodle's own import of a SCORM package; its objects, and the errors of its manifest.
define('CLI_SCRIPT', true);
require(getenv('MOODLE') . '/config.php'); error_reporting(0); ini_set('display_errors', 0); $CFG->debug = 0;
require_once($CFG->libdir . '/testing/generator/lib.php'); require_once($CFG->dirroot . '/course/lib.php'); require_once($CFG->dirroot . '/mod/scorm/locallib.php');
\core\session\manager::set_user(get_admin());
copy($argv[1], $CFG->dirroot . '/pkg.zip'); $gen = new testing_data_generator(); $course = create_course((object)['shortname' => 'S' . microtime(true), 'fullname' => 'S', 'category' => 1]);
$scorm = $gen->create_module('scorm', ['course' => $course->id, 'packagefilepath' => '/pkg.zip']);
$r = $DB->get_record('scorm', ['id' => $scorm->id]); echo json_encode(['version' => $r->version, 'launch' => $r->launch]), "\n";
foreach ($DB->get_records('scorm_scoes', ['scorm' => $scorm->id]) as $s) { echo json_encode([$s->identifier, $s->launch, $s->scormtype, $s->title]), "\n"; }
$fs = get_file_storage(); $packer = get_file_packer('application/zip'); $ctx = context_module::instance($scorm->cmid);
foreach ($fs->get_area_files($ctx->id, 'mod_scorm', 'package', false, '', false) as $f) { echo json_encode(scorm_validate_package($f)), "\n"; }
