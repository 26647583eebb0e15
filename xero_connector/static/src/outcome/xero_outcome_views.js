import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { ListController } from "@web/views/list/list_controller";
import { onMounted, onWillUnmount } from "@odoo/owl";

/** Lets a controller show outcomes as long as it is on the screen. */
function useXeroOutcome(viewer) {
    const outcomes = useService("xero_outcome");
    let stop = () => {};
    onMounted(() => (stop = outcomes.addViewer(viewer)));
    onWillUnmount(() => stop());
}

// Milliseconds that an outcome waits for a reload which may have been replaced by another one.
const PATIENCE = 3000;

patch(FormController.prototype, {
    setup() {
        super.setup();
        const load = this.model.load.bind(this.model);
        this.model.load = (...args) => (this.xeroLastLoad = load(...args));
        useXeroOutcome((outcome) => this.showXeroOutcome(outcome));
    },

    async showXeroOutcome({ model, res_ids }) {
        // The form may be reloading after a button, with what it read before the outcome.
        await Promise.race([
            Promise.resolve(this.xeroLastLoad).catch(() => {}),
            new Promise((resolve) => browser.setTimeout(resolve, PATIENCE)),
        ]);
        const record = this.model.root;
        if (model !== this.props.resModel || !res_ids.includes(record.resId)) {
            return false;
        }
        if (await record.isDirty()) {
            return false;
        }
        await record.load();
        return res_ids.length === 1; // of several, the toast still tells of the others
    },
});

patch(ListController.prototype, {
    setup() {
        super.setup();
        useXeroOutcome((outcome) => this.showXeroOutcome(outcome));
    },

    async showXeroOutcome({ model }) {
        const list = this.model.root;
        if (model === this.props.resModel && !list.editedRecord) {
            await list.load();
        }
        return false; // a list says nothing of one record: the toast still appears
    },
});
