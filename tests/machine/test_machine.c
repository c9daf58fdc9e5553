/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Machines from configurations: opening by name, once, with the image the configuration promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "css/storage.h"
#include "machine/adapters.h"
#include "machine/machine.h"
#include "volume/ckd.h"

struct rig {
	char folder[32];
	char image[2][64];
	struct machine *machine;
	struct css_storage *storage;
};

static void add(struct machine_config *config, const char *name, const char *image,
		const char *model)
{
	struct machine_subchannel_config sub;
	struct chanio_error error;

	machine_subchannel_config_init(&sub);
	assert_int_equal(machine_subchannel_config_name(&sub, name, &error), 0);
	assert_int_equal(machine_subchannel_config_set(&sub, "image", image, &error), 0);
	if (model)
		assert_int_equal(machine_subchannel_config_set(&sub, "model", model, &error), 0);
	assert_int_equal(machine_config_add(config, &sub, &error), 0);
	machine_subchannel_config_finish(&sub);
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct machine_config config = {0};
	struct chanio_error error;

	strcpy(rig->folder, "/tmp/chanio-machine-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	for (int i = 0; i < 2; i++) {
		snprintf(rig->image[i], sizeof(rig->image[i]), "%s/%d.ckd", rig->folder, i);
		assert_int_equal(volume_ckd_create(rig->image[i], volume_model_find("3390-1"), 0,
						   NULL, &error),
				 0);
	}
	add(&config, "0120", rig->image[0], "3390-1");
	add(&config, "0121", rig->image[1], "3390-3");
	add(&config, "0122", rig->image[0], NULL);
	add(&config, "0123", "/nowhere/disk.ckd", NULL);
	assert_int_equal(machine_create(&config, &rig->machine, &error), 0);
	assert_int_equal(config.count, 0);
	assert_int_equal(css_storage_create(&rig->storage), 0);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	machine_destroy(rig->machine);
	css_storage_destroy(rig->storage);
	unlink(rig->image[0]);
	unlink(rig->image[1]);
	rmdir(rig->folder);
	free(rig);
	return 0;
}

static void a_subchannel_opens_once_and_again_after_close(void **state)
{
	struct rig *rig = *state;
	struct machine_subchannel *sub, *second;
	struct chanio_error error;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(machine_open(rig->machine, "0.0.0120", rig->storage, &sub, &error),
				 0);
		assert_non_null(machine_driver(sub));
		assert_non_null(machine_css(sub));
		assert_int_equal(
			machine_open(rig->machine, "0.0.0120", rig->storage, &second, &error),
			-EBUSY);
		assert_non_null(strstr(error.text, "0.0.0120"));
		machine_close(sub);
	}
	machine_close(NULL);
}

static void what_cannot_be_opened_is_explained(void **state)
{
	static const struct {
		const char *name;
		int code;
		const char *says;
	} rows[] = {
		{"0.0.9999", -ENODEV, "0.0.9999: the configuration has no such subchannel"},
		{"0.0.0121", -EINVAL,
		 "1113 cylinders and 15 heads, but the configuration says 3390-3"},
		{"0.0.0123", -ENOENT, "/nowhere/disk.ckd"},
	};
	struct rig *rig = *state;
	struct machine_subchannel *sub;
	struct chanio_error error;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			machine_open(rig->machine, rows[i].name, rig->storage, &sub, &error),
			rows[i].code);
		assert_non_null(strstr(error.text, rows[i].says));
	}
}

static void two_disks_cannot_share_an_image(void **state)
{
	struct rig *rig = *state;
	struct machine_subchannel *sub, *second;
	struct chanio_error error;

	assert_int_equal(machine_open(rig->machine, "0.0.0120", rig->storage, &sub, &error), 0);
	assert_int_equal(machine_open(rig->machine, "0.0.0122", rig->storage, &second, &error),
			 -EBUSY);
	assert_non_null(strstr(error.text, "in use"));
	machine_close(sub);
	assert_int_equal(machine_open(rig->machine, "0.0.0122", rig->storage, &second, &error), 0);
	/* The machine closes what is still open. */
}

static void a_driver_on_it_opens_and_knows_its_device(void **state)
{
	struct rig *rig = *state;
	struct machine_subchannel *sub;
	struct arch_schib schib;
	struct chanio_error error;

	assert_int_equal(machine_open(rig->machine, "0.0.0120", rig->storage, &sub, &error), 0);
	assert_int_equal(chanio_device_open(machine_driver(sub)), 0);
	assert_int_equal(chanio_device_read(machine_driver(sub),
					    CHANIO_REGION_SCHIB << CHANIO_REGION_SHIFT, &schib,
					    sizeof(schib)),
			 sizeof(schib));
	assert_int_equal(arch_get16(schib.pmcw.device_number), 0x0120);
	assert_int_equal(schib.pmcw.pim, 0x80);
	assert_int_equal(machine_flush(rig->machine), 0);
	chanio_device_close(machine_driver(sub));
	machine_close(sub);
	assert_int_equal(css_storage_pinned(rig->storage), 0);
}

static void only_an_eventfd_is_taken_as_event(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), ends[2];
	uint64_t count;
	void *event;

	assert_int_equal(machine_take_event(fd, &event), 0);
	machine_platform.signal(NULL, event);
	assert_int_equal(read(fd, &count, sizeof(count)), sizeof(count));
	assert_int_equal(count, 1);
	machine_event_release(event);
	close(fd);
	assert_int_equal(machine_take_event(fd, &event), -EBADF);
	assert_int_equal(machine_take_event(-1, &event), -EBADF);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(machine_take_event(ends[0], &event), -EINVAL);
	close(ends[0]);
	close(ends[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_subchannel_opens_once_and_again_after_close),
		TEST(what_cannot_be_opened_is_explained),
		TEST(two_disks_cannot_share_an_image),
		TEST(a_driver_on_it_opens_and_knows_its_device),
		TEST(only_an_eventfd_is_taken_as_event),
	};

	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
