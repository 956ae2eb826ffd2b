import { vaultCalls } from '../../state/preload-api.ts';
import css from '../dialogs/dialogs.module.css';
import { Report } from '../dialogs/report.tsx';
import { ReportForm, useReport } from '../dialogs/report-form.tsx';

/** Says what the file will hold before it asks for a place. */
export function ExportActivity() {
  const { report, problem, busy, run } = useReport();
  if (report) return <Report report={report} />;
  return (
    <ReportForm
      yes="Choose where to save"
      busy={busy}
      problem={problem}
      onSubmit={() => void run(vaultCalls()['activity.export']())}
    >
      <p>
        Writes the whole record to a file: what happened and when, the names of bots and accounts, and the
        programs that asked. It holds no token, no secret and no key.
      </p>
      <p className={css.soft}>
        It tells a lot about your set-up. To show it to somebody who helps you, take “Copy safe log”, which
        leaves the accounts’ names out.
      </p>
    </ReportForm>
  );
}
