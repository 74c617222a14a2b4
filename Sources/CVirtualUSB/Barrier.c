// Waiting for another thread to get to a place in its work.
#define _GNU_SOURCE
#include "Internal.h"

void vusb_barrier_init(Barrier *barrier)
{
    barrier->reached = false;
    g_mutex_init(&barrier->lock);
    g_cond_init(&barrier->reached_cond);
}

void vusb_barrier_reach(Barrier *barrier)
{
    g_mutex_lock(&barrier->lock);
    barrier->reached = true;
    g_cond_signal(&barrier->reached_cond);
    g_mutex_unlock(&barrier->lock);
}

void vusb_barrier_wait(Barrier *barrier)
{
    g_mutex_lock(&barrier->lock);
    while (!barrier->reached) g_cond_wait(&barrier->reached_cond, &barrier->lock);
    g_mutex_unlock(&barrier->lock);
    g_mutex_clear(&barrier->lock);
    g_cond_clear(&barrier->reached_cond);
}

static gboolean reach(gpointer data)
{
    vusb_barrier_reach(data);
    return G_SOURCE_REMOVE;
}

void vusb_wait_for_idle(GMainContext *context)
{
    Barrier barrier;
    vusb_barrier_init(&barrier);
    GSource *source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_LOW);
    g_source_set_callback(source, reach, &barrier, NULL);
    g_source_attach(source, context);
    g_source_unref(source);
    vusb_barrier_wait(&barrier);
}
