import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Tells the person who pressed "Send to Xero" what became of it.
 *
 * The server sends one message per person and batch. A view that shows one of the records and has
 * no unsaved changes reloads itself; otherwise a toast with a link to the record appears. Without
 * a websocket the status is there at the next load.
 *
 * Message: {model, res_ids, tenant, sent, failed, name, message}. One with `text` says nothing but
 * its message; one with `quiet` only reloads.
 */
export const xeroOutcomeService = {
    dependencies: ["action", "bus_service", "notification"],

    start(env, { action, bus_service, notification }) {
        const viewers = new Set();

        function open({ model, res_ids }) {
            const one = res_ids.length === 1;
            return action.doAction({
                type: "ir.actions.act_window",
                name: _t("Sent to Xero"),
                res_model: model,
                res_id: one ? res_ids[0] : undefined,
                domain: one ? undefined : [["id", "in", res_ids]],
                views: one ? [[false, "form"]] : [[false, "list"], [false, "form"]],
            });
        }

        function sentence({ tenant, sent, failed, name, message, text }) {
            if (text) {
                return message;
            }
            if (name) {
                return message || _t("%(name)s is in Xero (%(tenant)s).", { name, tenant });
            }
            return failed
                ? _t("Now in Xero (%(tenant)s): %(sent)s. Need a look: %(failed)s. %(message)s", {
                      sent,
                      tenant,
                      failed,
                      message,
                  })
                : _t("Now in Xero (%(tenant)s): %(sent)s.", { sent, tenant });
        }

        bus_service.subscribe("xero_connector.outcome", async (outcome) => {
            const shown = await Promise.all([...viewers].map((viewer) => viewer(outcome)));
            if (shown.some(Boolean) || outcome.quiet) {
                return;
            }
            notification.add(sentence(outcome), {
                title: _t("Xero"),
                type: outcome.failed ? "warning" : "success",
                sticky: Boolean(outcome.failed),
                buttons: [{ name: _t("Open"), onClick: () => open(outcome), primary: true }],
            });
        });

        return {
            /**
             * @param {(outcome: Object) => Promise<boolean>} viewer shows the outcome if it can;
             *     tells whether it did
             * @returns {() => void} stops asking this viewer
             */
            addViewer(viewer) {
                viewers.add(viewer);
                return () => viewers.delete(viewer);
            },
        };
    },
};

registry.category("services").add("xero_outcome", xeroOutcomeService);
